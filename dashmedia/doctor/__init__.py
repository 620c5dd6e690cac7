"""What has to be right before a flow can run, looked at in seconds and without changing anything: `python -m dashmedia.doctor`.

`python -m tasks.doctor` looks at the Prefect server as well, and takes the credentials from its blocks.
"""

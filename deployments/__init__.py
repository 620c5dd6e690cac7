"""What `prefect.yaml` cannot say, and the commands behind `make demo` and `make up`."""

"""What `prefect.yaml` cannot say, and the commands behind `make demo`, `make up` and `make deploy`."""

from dashmedia.interrupts import leave_quietly_while_loading

leave_quietly_while_loading("deployments.demo", "deployments.deploy", "deployments.setup", "deployments.up")

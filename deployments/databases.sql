-- Run once, when the volume of PostgreSQL is empty. Prefect's own database is made by POSTGRES_DB.
CREATE DATABASE ledger;

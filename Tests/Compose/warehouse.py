"""A Postgres that syncs write to, on the network of the connectors."""
import secrets
import time


class Warehouse:
    host = "warehouse"

    def __init__(self, engine, network):
        self.engine = engine
        self.network = network
        self.name = f"{network}-warehouse"
        self.password = secrets.token_hex(16)
        engine.docker("run", "--detach", "--name", self.name, "--network", network, "--network-alias", self.host,
                      "--env", f"POSTGRES_PASSWORD={self.password}", "--env", "POSTGRES_DB=warehouse",
                      "postgres:17-bookworm")
        end = time.time() + 60
        while engine.docker("exec", self.name, "pg_isready", "--quiet", "--host=127.0.0.1", check=False).returncode != 0:
            if time.time() > end:
                raise AssertionError(engine.docker("logs", self.name, merged=True).stdout)
            time.sleep(0.2)

    def destination(self, schema):
        return ("swiftlet/destination-postgres", "25c5221d-dce2-4163-ade9-739ef790f503", {
            "host": self.host, "port": 5432, "database": "warehouse", "username": "postgres", "password": self.password,
            "schema": schema, "ssl_mode": {"mode": "disable"}})

    def query(self, sql):
        done = self.engine.docker("exec", self.name, "psql", "--username=postgres", "--dbname=warehouse", "--tuples-only",
                                  "--no-align", "--command", sql)
        return done.stdout.strip()

    def rows(self, schema):
        """How many users arrived, and how many of them are there once."""
        return tuple(int(number) for number in
                     self.query(f'SELECT count(*), count(DISTINCT id) FROM "{schema}".users').split("|"))

    def leave(self):
        """Lets the network go, as a stack does that is taken down."""
        self.engine.docker("network", "disconnect", self.network, self.name)

    def join(self):
        self.engine.docker("network", "connect", "--alias", self.host, self.network, self.name)

    def remove(self):
        self.engine.docker("rm", "--force", "--volumes", self.name, check=False)

"""SQLAlchemy 2 over psycopg 3 with QueuePool and its defaults: 5 connections and 10 more, pool_timeout 30 s."""

import platform

import psycopg
import sqlalchemy
from pgdrill import run_threads
from sqlalchemy.engine import make_url

NUMBERS = {"pool_size": "pool_size", "max_overflow": "max_overflow", "pool_timeout_s": "pool_timeout", "pool_recycle_s": "pool_recycle"}
CONNECTION = ["target_session_attrs", "connect_timeout", "tcp_user_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count"]


def address(path):
    hosts = ",".join(one["host"] for one in path["hosts"])
    given = {"host": hosts, "port": ",".join(str(one["port"]) for one in path["hosts"])}
    if "caFile" in path:
        given |= {"sslmode": path["sslmode"], "sslrootcert": path["caFile"]}
    if "serverName" in path:
        given |= {"host": ",".join(path["serverName"] for _ in path["hosts"]), "hostaddr": hosts}
    return given


class Client:
    def __init__(self, plan):
        settings, path = plan["settings"], plan["paths"][plan["path"]]
        url = make_url("postgresql+psycopg://").set(
            username=path["user"], password=path["password"], database=path["database"]
        )
        connect = {**address(path), **{name: settings[name] for name in CONNECTION if name in settings}}
        given = {theirs: int(settings[ours]) for ours, theirs in NUMBERS.items() if ours in settings}
        self.engine = sqlalchemy.create_engine(
            url,
            connect_args=connect,
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=settings.get("pre_ping") == "1",
            **given,
        )
        retire_on = settings.get("retire_on")
        if retire_on:

            @sqlalchemy.event.listens_for(self.engine, "handle_error")
            def retire(context):
                if getattr(context.original_exception, "sqlstate", None) == retire_on:
                    context.is_disconnect = True

        self.sql = sqlalchemy.text(plan["sql"].replace("$1::int", "cast(:worker as int)").replace("$2::int", "cast(:op as int)").replace("::text", ""))
        with self.engine.connect() as connection:
            connection.execute(sqlalchemy.text("select 1"))
        self.versions = f"SQLAlchemy {sqlalchemy.__version__}, psycopg {psycopg.__version__}, Python {platform.python_version()}"
        self.settings = {"pool_size": str(self.engine.pool.size()), **settings}

    def write(self, worker, op):
        row = None
        try:
            with self.engine.connect() as connection:
                row = connection.execute(self.sql, {"worker": worker, "op": op}).fetchone()
        except Exception:
            # The pool resets a connection that is given back. What fails then does not undo the write.
            if row is None:
                raise
        return [str(value) for value in row]

    def pool(self):
        pool = self.engine.pool
        return {"open": max(0, pool.checkedin() + pool.checkedout()), "idle": max(0, pool.checkedin()), "waiting": 0}


run_threads(Client)

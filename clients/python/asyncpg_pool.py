"""asyncpg.create_pool with its defaults: 10 connections, a request waits for one as long as it takes."""

import platform
import ssl

import asyncpg
from pgdrill import run_async

NUMBERS = {"command_timeout_s": "command_timeout", "connect_timeout_s": "timeout", "max_lifetime_s": "max_inactive_connection_lifetime"}


class Named(ssl.SSLContext):
    """Checks for the name that the certificate carries, where that is not the host."""

    name = None

    def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        return super().wrap_bio(incoming, outgoing, server_side, self.name or server_hostname, session)


def address(path):
    given = {"host": [one["host"] for one in path["hosts"]], "port": [one["port"] for one in path["hosts"]]}
    given |= {"database": path["database"], "user": path["user"], "password": path["password"]}
    if "caFile" in path:
        context = given["ssl"] = Named(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(path["caFile"])
        context.name = path.get("serverName")
    return given


class Client:
    @classmethod
    async def open(cls, plan):
        self, settings, path = cls(), plan["settings"], plan["paths"][plan["path"]]
        given = {theirs: float(settings[ours]) for ours, theirs in NUMBERS.items() if ours in settings}
        if "pool_size" in settings:
            given |= {"max_size": int(settings["pool_size"]), "min_size": int(settings["pool_size"])}
        if "statement_cache_size" in settings:
            given["statement_cache_size"] = int(settings["statement_cache_size"])
        if "target_session_attrs" in settings:
            given["target_session_attrs"] = settings["target_session_attrs"]
        self.sql = plan["sql"]
        self.acquire_timeout = float(settings["acquire_timeout_s"]) if "acquire_timeout_s" in settings else None
        self.connections = await asyncpg.create_pool(**address(path), **given)
        self.versions = f"asyncpg {asyncpg.__version__}, Python {platform.python_version()}"
        self.settings = {"max_size": str(self.connections.get_max_size()), **settings}
        return self

    async def write(self, worker, op):
        row = None
        try:
            async with self.connections.acquire(timeout=self.acquire_timeout) as connection:
                row = list(await connection.fetchrow(self.sql, worker, op))
        except Exception:
            # The pool resets a connection that is given back. What fails then does not undo the write.
            if row is None:
                raise
        return row

    def pool(self):
        return {"open": self.connections.get_size(), "idle": self.connections.get_idle_size(), "waiting": 0}


run_async(Client.open)

"""The client protocol of docs/clients.md for Python: what every adapter here shares.

An asynchronous adapter calls `run_async(open)`: `await open(plan)` gives a client with `versions`, `settings`,
`async write(worker, op)` and, if it knows, `pool()`. One with threads calls `run_threads(open)` with plain functions.
"""

import asyncio
import json
import os
import sys
import threading
import time
import traceback

REPORT_EVERY_S = 0.2


class Session:
    """Rows and messages of one program."""

    def __init__(self, plan):
        self.plan, self.origin, self.rows, self.start_us = plan, int(plan["originNs"]), [], 0
        self.lock = threading.Lock()

    def now(self):
        return (time.clock_gettime_ns(time.CLOCK_MONOTONIC) - self.origin) // 1000

    def say(self, **message):
        with self.lock:
            sys.stdout.write(json.dumps({"t": self.now(), **message}) + "\n")
            sys.stdout.flush()

    def ready(self, client):
        self.say(kind="ready", protocol=1, versions=client.versions, settings=client.settings)

    def report(self, client):
        rows, self.rows = self.rows, []
        self.say(kind="op", rows=rows)
        if hasattr(client, "pool"):
            self.say(kind="pool", **client.pool())

    def due(self, worker, op):
        plan = self.plan
        return self.start_us + round((op * plan["workers"] + worker) * 1e6 / plan["ratePerSecond"])

    def ok(self, worker, op, sent, row):
        server, lsn, timeline = row
        due = self.due(worker, op)
        self.rows.append(
            [self.plan["firstWorker"] + worker, op, due, sent, self.now(), 0, None, None, server, lsn, timeline]
        )

    def failed(self, worker, op, sent, error):
        code = next((c for e in (error, getattr(error, "orig", None)) if (c := getattr(e, "sqlstate", None))), None)
        message = f"{type(error).__name__}: {error}".strip()
        due = self.due(worker, op)
        self.rows.append(
            [self.plan["firstWorker"] + worker, op, due, sent, self.now(), 3, code, message, None, None, None]
        )


def _plan():
    return json.loads(sys.stdin.readline())


def run_async(open_client):
    async def main():
        session = Session(_plan())
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        client = await open_client(session.plan)
        session.ready(client)
        command = json.loads(await loop.run_in_executor(None, sys.stdin.readline) or "{}")
        if command.get("do") != "start":
            return
        session.start_us = command["atUs"]

        async def work(worker):
            op = 0
            while not stopped.is_set():
                wait = (session.due(worker, op) - session.now()) / 1e6
                if wait > 0:
                    await asyncio.sleep(min(wait, 0.1))
                    continue
                sent = session.now()
                try:
                    session.ok(worker, op, sent, await client.write(session.plan["firstWorker"] + worker, op))
                except Exception as error:
                    session.failed(worker, op, sent, error)
                op += 1

        async def report():
            while True:
                await asyncio.sleep(REPORT_EVERY_S)
                session.report(client)

        workers = [asyncio.create_task(work(worker)) for worker in range(session.plan["workers"])]
        reporter = asyncio.create_task(report())
        # A report that fails ends the program with its error.
        asked = loop.run_in_executor(None, sys.stdin.readline)
        await asyncio.wait([asked, reporter], return_when=asyncio.FIRST_COMPLETED)
        if reporter.done():
            traceback.print_exception(reporter.exception())
            os._exit(1)
        stopped.set()
        await asyncio.wait(workers, timeout=session.plan["giveUpMs"] / 1000)
        reporter.cancel()
        session.report(client)
        _end(session)

    asyncio.run(main())


def run_threads(open_client):
    session = Session(_plan())
    stopped = threading.Event()
    client = open_client(session.plan)
    session.ready(client)
    command = json.loads(sys.stdin.readline() or "{}")
    if command.get("do") != "start":
        return
    session.start_us = command["atUs"]

    def work(worker):
        op = 0
        while True:
            wait = (session.due(worker, op) - session.now()) / 1e6
            if stopped.wait(max(0, wait)):
                return
            sent = session.now()
            try:
                session.ok(worker, op, sent, client.write(session.plan["firstWorker"] + worker, op))
            except Exception as error:
                session.failed(worker, op, sent, error)
            op += 1

    def report():
        while not stopped.wait(REPORT_EVERY_S):
            session.report(client)

    workers = [threading.Thread(target=work, args=[n], daemon=True) for n in range(session.plan["workers"])]
    for thread in [*workers, threading.Thread(target=report, daemon=True)]:
        thread.start()
    sys.stdin.readline()
    stopped.set()
    deadline = time.monotonic() + session.plan["giveUpMs"] / 1000
    for thread in workers:
        thread.join(max(0, deadline - time.monotonic()))
    session.report(client)
    _end(session)


def _end(session):
    session.say(kind="end")
    # Whatever still waits for a server must not keep the process alive.
    os._exit(0)

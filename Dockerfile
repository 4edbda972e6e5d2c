# The image of pgdrill for drills inside a cluster: the CronJob of `pgdrill manifests` and its watchdog run it.
#   docker build -t example.org/pgdrill:0.1.0 .
ARG BASE=node:24-trixie-slim
FROM ${BASE}
WORKDIR /app
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lock file without the optional packages of other systems, and this one may lack some.
RUN npm install --no-save --no-audit --no-fund --omit=dev --omit=optional && npm cache clean --force
COPY src src
COPY scenarios scenarios
COPY fixtures/manifests fixtures/manifests
USER 1000:1000
ENV PGDRILL_STATE=/tmp/pgdrill
ENTRYPOINT ["node", "/app/src/cli/main.ts"]

# The image of pgdrill for drills inside a cluster: the CronJob of `pgdrill manifests` and its watchdog run it.
#   docker build -t example.org/pgdrill:0.2.0 .
ARG BASE=node:24-trixie-slim
# hadolint ignore=DL3006
FROM ${BASE}
WORKDIR /app
COPY package.json package-lock.jso[n] ./
# Not `npm ci`: it refuses a lock file without the optional packages of other systems, and a package has none.
RUN npm install --no-save --no-audit --no-fund --ignore-scripts --omit=dev --omit=optional && npm cache clean --force
COPY . .
# The scenarios that `pgdrill manifests` mounts import ../src: in a package that is what was compiled.
RUN [ -e src ] || ln -s dist/src src
USER 1000:1000
ENV PGDRILL_STATE=/tmp/pgdrill
ENTRYPOINT ["node", "/app/scripts/start.mjs"]

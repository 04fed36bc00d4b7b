# One image for every process: docker-compose.yml says which of them a container is.
# By its digest in production: --build-arg NODE_IMAGE=node:24-slim@sha256:…
ARG NODE_IMAGE=node:24-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /drumline
COPY . .
# `npm ci` also generates the Prisma client; processes and dashboard are built before `npm run trim` leaves what the processes load: 113 MB of 800.
RUN --mount=type=cache,target=/root/.npm npm ci && npm run build && npm run trim

FROM ${NODE_IMAGE}
# tini passes SIGTERM on and reaps children, so that a stop is a graceful one under any orchestrator.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /drumline
COPY --from=build /drumline .
ENV NODE_ENV=production
USER node
EXPOSE 3000
ENTRYPOINT ["tini", "--", "node"]
CMD ["apps/api/bin/api.js"]
# For the api; beat and worker are watched through their heartbeats (docs/operations.md, "Health").
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.API_PORT || 3000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

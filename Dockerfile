# syntax=docker/dockerfile:1
# One image for every node: SERVICES says what a container is. Built on glibc (bookworm), as the tests are.
ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Optional ones are the Postgres and the Node for machines that have neither; nothing is built or run here.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:${NODE}
LABEL org.opencontainers.image.title="Comptoir" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    METRICS_HOST=0.0.0.0 \
    DATA_DIR=/tmp/comptoir
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY . .
# Not root, and the owner of nothing here: the image can run on a read-only file system, with a /tmp.
USER 10001:10001
EXPOSE 3000 3029 3030
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "operations/health.ts"]
CMD ["node", "runtime/start.ts"]

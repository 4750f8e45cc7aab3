# syntax=docker/dockerfile:1
# The collector with its dashboard. Build: docker build -t spanledger .   Run it: see docker-compose.yml
FROM node:24-slim AS build
RUN npm install --global pnpm@12
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json ./
COPY instrumentation/package.json instrumentation/
COPY collector/package.json collector/
COPY dashboard/package.json dashboard/
COPY demo/package.json demo/
RUN pnpm install --frozen-lockfile
COPY instrumentation instrumentation
COPY collector collector
COPY dashboard dashboard
RUN pnpm --filter @spanledger/dashboard build
# What runs needs the collector's own packages only.
RUN rm -rf node_modules */node_modules \
  && pnpm install --frozen-lockfile --prod --filter @spanledger/collector...

FROM node:24-slim
ENV NODE_ENV=production \
    SPANLEDGER_HOST=0.0.0.0 \
    SPANLEDGER_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/instrumentation instrumentation
COPY --from=build /app/collector collector
COPY --from=build /app/dashboard/dist dashboard/dist
COPY README.md ./
COPY docs docs
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4318
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.SPANLEDGER_PORT || 4318) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=16", "collector/src/main.ts"]

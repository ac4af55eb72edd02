# One image for both halves of Guildhall. As it stands it runs the BFF; the bot is the same image with
# the command `node bot/main.ts` (see compose.yaml). Node runs the TypeScript itself: only the pages are built.
# The base image is named by its tag, so that a rebuild (`docker compose build --pull`) brings Debian's and Node's security
# updates; who wants the same bytes each time puts the digest that `docker buildx imagetools inspect` shows behind it.

FROM node:24-bookworm-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without scripts the development dependency `node` stays an empty shell; this image is Node 24 already.
RUN npm ci --ignore-scripts
COPY vite.config.ts tsconfig.json ./
COPY build build
COPY shared shared
COPY web web
RUN node node_modules/vite/bin/vite.js build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
# Both mount points belong to the user that runs (1000 is `node` in this image) and to nobody else. A new named volume
# takes owner and mode from here, and the bot refuses to put its socket into a directory that others can enter.
RUN install -d -o 1000 -g 1000 -m 0700 /data /run/guildhall
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY shared shared
COPY bot bot
COPY bff bff
COPY --from=pages /app/web/dist web/dist
USER 1000:1000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bff/main.ts"]

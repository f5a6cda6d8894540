# The mock of every contract:
#   docker build -t adcontract .
#   docker run --rm -p 127.0.0.1:4010:4010 adcontract
# Options of `adcontract mock` go at the end. Leave --port and --tls to Docker (-p) and to your proxy.
# Several containers share a state: -e PGPASSWORD … adcontract --stateful --state postgresql://user@db/adcontract
# The suite is in it too: docker run --rm --entrypoint adcontract adcontract check https://…

FROM python:3.12-slim AS build
WORKDIR /build
COPY requirements.txt ./
RUN python -m venv /opt/adcontract \
    && /opt/adcontract/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY spec spec
COPY tools/adcontract tools/adcontract
COPY tools/adcontract_kit tools/adcontract_kit
COPY tools/adcontract_proof tools/adcontract_proof
COPY mock/adcontract_mock mock/adcontract_mock
COPY conformance/adcontract_conformance conformance/adcontract_conformance
RUN /opt/adcontract/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.12-slim
COPY --from=build /opt/adcontract /opt/adcontract
ENV PATH=/opt/adcontract/bin:$PATH
# a number, so that a cluster sees that it is not root
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin adcontract
USER 10001:10001
WORKDIR /home/adcontract
# assembles every contract once, so that a start finds them in the cache
RUN adcontract bundle --out bundle && rm -r bundle
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:4010/_mock/health', timeout=2)"]
ENTRYPOINT ["adcontract", "mock", "--host", "0.0.0.0", "--port", "4010"]

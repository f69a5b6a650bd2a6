# pgrehearse with the server programs of PostgreSQL, for those who build nothing; see docs/containers.md.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
WORKDIR /source
# By itself, so that the packages are not fetched again for each change of a source.
COPY dev ./
RUN ./dev setup
COPY . ./
RUN ./dev build release --target pgrehearse \
  && cmake --install build/release --prefix /opt/pgrehearse --strip

FROM ${BASE}
RUN mkdir -p /etc/postgresql-common \
  && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
  && apt-get update -q \
  && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    postgresql libpqxx-6.4 libyaml-cpp0.7 libpg-query1504.0 libfmt9 libpugixml1v5 libboost-program-options1.74.0 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/pgrehearse /opt/pgrehearse
COPY packaging/docker-entrypoint.sh /opt/pgrehearse/
# Private servers live in /scratch: a volume, because the image's own layers are slower than the disk below them.
RUN useradd --create-home pgrehearse \
  && install -d -o pgrehearse -g pgrehearse /project \
  && install -d -m 1777 /scratch \
  && ln -s /opt/pgrehearse/bin/pgrehearse /usr/local/bin/ \
  && pgrehearse --version
ENV TMPDIR=/scratch LANG=C.UTF-8
VOLUME /scratch
WORKDIR /project
ENTRYPOINT ["/opt/pgrehearse/docker-entrypoint.sh"]
CMD ["--help"]

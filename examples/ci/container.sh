#!/usr/bin/env bash
# The same with the container image, for any other CI and for cron: container.sh gate, or container.sh vendor.
# Build it once: docker build -t adcontract .
# In crontab: 17 4 * * * cd /srv/contracts && VENDOR_TOKEN=… ./container.sh vendor || mail -s 'Vendor' team@example.com < note.md
set -euo pipefail

adcontract() {
    # adcontract.toml and waivers.toml are in the current folder, and reports are written there
    docker run --rm --user "$(id -u):$(id -g)" --volume "$PWD:/work" --workdir /work \
        --env STAGING_TOKEN --env VENDOR_TOKEN --entrypoint adcontract adcontract "$@"
}

case "${1:-}" in
    gate) adcontract check staging --report adcontract-report ;;
    vendor)
        status=0
        adcontract check vendor --read-only --report adcontract-report || status=$?
        adcontract watch vendor --output note.md || status=$?
        exit "$status"
        ;;
    *)
        echo "Usage: $0 gate|vendor" >&2
        exit 2
        ;;
esac

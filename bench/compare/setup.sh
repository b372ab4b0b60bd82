#!/usr/bin/env bash
# Installs the tools that a user would pick instead, each in an environment of its own under bench/compare/.tools, from
# PyPI. What cannot be had is left out, with a word; `npm run bench` compares with what is there.
set -u
cd "$(dirname "$0")"
tools=.tools
install() { # name, packages…
  local name=$1
  shift
  python3 -m venv "$tools/$name" && "$tools/$name/bin/pip" install --quiet "$@" && echo "$name is ready" && return
  rm -rf "${tools:?}/$name"
  echo "$name could not be installed, so it is left out" >&2
}
install dlt 'dlt[postgres]'
install tap tap-rest-api-msdk 'setuptools<81'
install target meltanolabs-target-postgres 'setuptools<81'
install sling sling
# Sling's package fetches its program from elsewhere when it is first used.
if [ -x "$tools/sling/bin/sling" ] && ! "$tools/sling/bin/sling" --version >/dev/null 2>&1; then
  rm -rf "$tools/sling"
  echo "sling's program cannot be had from here, so it is left out" >&2
fi

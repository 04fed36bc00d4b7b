#!/bin/sh
# For the image's docker-entrypoint-initdb.d, which runs it once, on an empty volume: the roles, with their passwords.
set -eu
psql() { command psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"; }

psql --file /roles/roles.sql
psql --set owner="$DRUMLINE_OWNER_PASSWORD" --set app="$DRUMLINE_APP_PASSWORD" <<'SQL'
ALTER ROLE drumline_owner PASSWORD :'owner';
ALTER ROLE drumline_app PASSWORD :'app';
SQL

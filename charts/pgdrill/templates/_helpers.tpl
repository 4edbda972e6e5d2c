{{- define "pgdrill.labels" -}}
app.kubernetes.io/name: pgdrill
{{- end }}

{{- define "pgdrill.image" -}}
{{ required "set image.repository: an image made from pgdrill's Dockerfile" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Every right of the chosen scenarios, as the program lists them in files/rights.json. */}}
{{- define "pgdrill.rights" -}}
{{- $file := .Files.Get "files/rights.json" }}
{{- if not $file }}{{ fail "files/rights.json is missing: this is the source of the chart, make it whole with node scripts/chart.mjs <folder>" }}{{ end }}
{{- $cluster := required "set cluster: the name of the Cluster" .Values.cluster }}
{{- $secret := required "set secret: a Secret with username and password of a role that may create in the database" .Values.secret }}
{{- $known := $file | replace "%cluster%" $cluster | replace "%secret%" $secret | fromJson }}
{{- $rights := concat $known.every $known.watchdog }}
{{- if gt (int .Values.generators) 0 }}{{ $rights = concat $rights $known.generators }}{{ end }}
{{- $faults := list }}
{{- range .Values.scenarios }}
{{- if not (hasKey $known.scenarios .) }}{{ fail (printf "scenarios: pgdrill has no %s; it has %s" . (keys $known.scenarios | sortAlpha | join ", ")) }}{{ end }}
{{- $faults = concat $faults (index $known.scenarios .) }}
{{- end }}
{{- range .Values.ownScenarios }}{{ $faults = concat $faults .faults }}{{ end }}
{{- range uniq $faults }}
{{- if not (hasKey $known.faults .) }}{{ fail (printf "ownScenarios: pgdrill injects no %s; it injects %s" . (keys $known.faults | sortAlpha | join ", ")) }}{{ end }}
{{- $rights = concat $rights (index $known.faults .) }}
{{- end }}
{{- dict "rights" $rights | toJson }}
{{- end }}

{{/* Rules of one Role: rights on the same resource in one. Takes a dict of root and where (cluster, operator). */}}
{{- define "pgdrill.rules" -}}
{{- $rules := dict }}
{{- $order := list }}
{{- range (include "pgdrill.rights" .root | fromJson).rights }}
{{- if eq .where $.where }}
{{- $key := printf "%s|%s|%s" .group .resource (join "," .names) }}
{{- if not (hasKey $rules $key) }}
{{- $rule := dict "apiGroups" (list .group) "resources" (list .resource) "verbs" list }}
{{- if .names }}{{ $rule = set $rule "resourceNames" .names }}{{ end }}
{{- $_ := set $rules $key $rule }}
{{- $order = append $order $key }}
{{- end }}
{{- $rule := index $rules $key }}
{{- $_ := set $rule "verbs" (concat $rule.verbs .verbs | uniq) }}
{{- end }}
{{- end }}
{{- $list := list }}
{{- range $order }}{{ $list = append $list (index $rules .) }}{{ end }}
{{- if $list }}{{ toYaml $list }}{{ end }}
{{- end }}

{{/* The files that the drill reads: name in the ConfigMap, path in the container, text. */}}
{{- define "pgdrill.files" -}}
{{- $files := list }}
{{- range .Values.scenarios }}
{{- $name := printf "%s.ts" . }}
{{- $files = append $files (dict "name" $name "path" (printf "/app/scenarios-chosen/%s" $name) "text" ($.Files.Get (printf "files/scenarios/%s" $name))) }}
{{- end }}
{{- range .Values.ownScenarios }}
{{- $name := printf "%s.ts" .name }}
{{- $files = append $files (dict "name" $name "path" (printf "/app/scenarios-chosen/%s" $name) "text" .text) }}
{{- end }}
{{- if .Values.hooks }}
{{- $files = append $files (dict "name" "pgdrill.config.yaml" "path" "/app/pgdrill.config.yaml" "text" (dict "hooks" .Values.hooks | toYaml)) }}
{{- end }}
{{- if not (concat .Values.scenarios .Values.ownScenarios) }}{{ fail "set scenarios: at least one" }}{{ end }}
{{- dict "files" $files | toJson }}
{{- end }}

{{/* Ports that the drill connects to beyond databases and names. */}}
{{- define "pgdrill.ports" -}}
{{- $addresses := list .Values.publish.endpoint .Values.pushgateway .Values.prometheus .Values.hooks.webhook }}
{{- $addresses = append $addresses (dig "alertmanager" "url" "" .Values.hooks) }}
{{- $addresses = append $addresses (dig "grafana" "url" "" .Values.hooks) }}
{{- $ports := list 443 6443 }}
{{- range compact $addresses }}
{{- $url := urlParse . }}
{{- $named := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- $ports = append $ports ($named | default (ternary "80" "443" (eq $url.scheme "http")) | int) }}
{{- end }}
{{- dict "ports" (uniq $ports) | toJson }}
{{- end }}

{{/* The command line, one word an item. */}}
{{- define "pgdrill.arguments" -}}
{{- $words := list "run" }}
{{- range .Values.scenarios }}{{ $words = append $words . }}{{ end }}
{{- range .Values.ownScenarios }}{{ $words = append $words .name }}{{ end }}
{{- $words = concat $words (list "--stack" "cluster" "--context" "in-cluster" "--namespace" .Release.Namespace "--cluster" .Values.cluster) }}
{{- $words = concat $words (list "--database" (required "set database: the database that the drill's own schema goes into" .Values.database) "--secret" .Values.secret) }}
{{- $words = concat $words (list "--operator-namespace" .Values.operatorNamespace "--watchdog-image" (include "pgdrill.image" .)) }}
{{- $words = concat $words (list "--yes" "--reason" "scheduled drill" "--out" "/reports") }}
{{- with .Values.publish.to }}{{ $words = concat $words (list "--publish" .) }}{{ end }}
{{- with .Values.pushgateway }}{{ $words = concat $words (list "--pushgateway" .) }}{{ end }}
{{- with .Values.prometheus }}{{ $words = concat $words (list "--prometheus" .) }}{{ end }}
{{- if gt (int .Values.generators) 0 }}{{ $words = concat $words (list "--generators" (toString .Values.generators)) }}{{ end }}
{{- concat $words .Values.arguments | toYaml }}
{{- end }}

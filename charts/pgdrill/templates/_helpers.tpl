{{- define "pgdrill.labels" -}}
app.kubernetes.io/name: pgdrill
{{- end }}

{{/* By its digest where one is given; the tag beside it is for people. */}}
{{- define "pgdrill.image" -}}
{{- $name := required "set image.repository: an image made from pgdrill's Dockerfile" .Values.image.repository }}
{{- if not (or .Values.image.digest .Values.image.allowTag) }}
{{- fail "set image.digest: sha256:…, or accept a tag, which others can move, with image.allowTag" }}
{{- end }}
{{- if .Values.image.digest }}
{{- $name }}{{ with .Values.image.tag }}:{{ . }}{{ end }}@{{ .Values.image.digest }}
{{- else }}
{{- $name }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Tells one Cluster from another: a-b/c and a/b-c make the same name without it. */}}
{{- define "pgdrill.distinct" -}}
{{- printf "%s/%s" .Release.Namespace .Values.cluster | sha256sum | trunc 6 }}
{{- end }}

{{/* The name of what lies outside of the release's namespace, where other releases have theirs too. */}}
{{- define "pgdrill.far" -}}
{{- printf "pgdrill-%s-%s-%s" .Release.Namespace .Values.cluster (include "pgdrill.distinct" .) }}
{{- end }}

{{/* A name of Kubernetes, whether or not the schema was looked at: it becomes a part of rights. */}}
{{- define "pgdrill.name" -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$" .) }}{{ fail (printf "expected a name of Kubernetes, but got %q" .) }}{{ end }}
{{- . }}
{{- end }}

{{/* The namespace that is kept for restores. */}}
{{- define "pgdrill.restore" -}}
{{- $short := printf "%s-%s" .Release.Namespace .Values.cluster | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- .Values.restoreNamespace | default (printf "pgdrill-restore-%s-%s" $short (include "pgdrill.distinct" .)) }}
{{- end }}

{{/* What the program knows of rights and scenarios, with the names of this release. */}}
{{- define "pgdrill.known" -}}
{{- $file := .Files.Get "files/rights.json" }}
{{- if not $file }}{{ fail "files/rights.json is missing: this is the source of the chart, make it whole with node scripts/chart.mjs <folder>" }}{{ end }}
{{- $cluster := required "set cluster: the name of the Cluster" .Values.cluster }}
{{- $secret := required "set secret: a Secret with username and password of a role that may create in the database" .Values.secret }}
{{- $file | replace "%cluster%" (include "pgdrill.name" $cluster) | replace "%secret%" (include "pgdrill.name" $secret) | replace "%restore%" (include "pgdrill.restore" .) }}
{{- end }}

{{/* The faults of the chosen scenarios, and whether one of them restores backups. */}}
{{- define "pgdrill.chosen" -}}
{{- $known := include "pgdrill.known" . | fromJson }}
{{- $faults := list }}
{{- $restores := false }}
{{- range .Values.scenarios }}
{{- if not (hasKey $known.scenarios .) }}{{ fail (printf "scenarios: pgdrill has no %s; it has %s" . (keys $known.scenarios | sortAlpha | join ", ")) }}{{ end }}
{{- $scenario := index $known.scenarios . }}
{{- if not $scenario.possible }}{{ fail (printf "scenarios: %s is never run on an existing cluster; leave it out" .) }}{{ end }}
{{- $faults = concat $faults $scenario.faults }}
{{- $restores = or $restores $scenario.restores }}
{{- end }}
{{- range .Values.ownScenarios }}
{{- $faults = concat $faults .faults }}
{{- $restores = or $restores .restores }}
{{- end }}
{{- range uniq $faults }}
{{- if not (hasKey $known.faults .) }}{{ fail (printf "ownScenarios: pgdrill injects no %s; it injects %s" . (keys $known.faults | sortAlpha | join ", ")) }}{{ end }}
{{- end }}
{{- $node := false }}
{{- range $faults }}{{ if has . $known.nodeFaults }}{{ $node = true }}{{ end }}{{ end }}
{{- $needed := ternary "node" (ternary "platform" "observe" (gt (len $faults) 0)) (or $node (gt (int .Values.generators) 0)) }}
{{- $rank := dict "observe" 0 "platform" 1 "node" 2 }}
{{- if gt (int (index $rank $needed)) (int (index $rank .Values.rights)) }}
{{- fail (printf "rights: the scenarios and generators need %s, which allows more than %s" $needed .Values.rights) }}
{{- end }}
{{- if hasPrefix "kube-" .Values.operatorNamespace }}{{ fail "operatorNamespace: expected the namespace of CloudNativePG's operator" }}{{ end }}
{{- if not (or .Values.apiServers .Values.anyApiServer) }}
{{- fail "set apiServers: what kubectl get endpointslices kubernetes -n default shows, each as 10.0.0.1/32; anyApiServer leaves its ports open to any address" }}
{{- end }}
{{- if and $restores (not .Values.archiveAccount) (not (has "--reader-secret" .Values.arguments)) }}
{{- fail "restores read the object store: add --reader-secret and its Secret to arguments and storeSecrets, or accept the Cluster's own account, which may also write to your archive, with archiveAccount" }}
{{- end }}
{{- dict "faults" (uniq $faults) "restores" (ternary true false (default false $restores)) "node" $node | toJson }}
{{- end }}

{{/* Every right of the chosen scenarios, as the program lists them in files/rights.json. */}}
{{- define "pgdrill.rights" -}}
{{- $known := include "pgdrill.known" . | fromJson }}
{{- $chosen := include "pgdrill.chosen" . | fromJson }}
{{- $rights := $known.every }}
{{- if gt (int .Values.generators) 0 }}{{ $rights = concat $rights $known.generators }}{{ end }}
{{- range $chosen.faults }}{{ $rights = concat $rights (index $known.faults .) }}{{ end }}
{{- if $chosen.restores }}
{{- $rights = concat $rights $known.restore }}
{{- with .Values.storeSecrets }}
{{- $rights = append $rights (dict "group" "" "resource" "secrets" "verbs" (list "get") "where" "cluster" "names" .) }}
{{- end }}
{{- end }}
{{- dict "rights" $rights | toJson }}
{{- end }}

{{/* Rules of one Role: rights on the same resource in one. Takes a dict of root and where (cluster, operator, restore, everywhere). */}}
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
{{- range .files }}
{{- $files = append $files (dict "name" (.path | replace "/" "__") "path" (printf "/app/%s" .path) "text" .text) }}
{{- end }}
{{- end }}
{{- $configuration := dict }}
{{- with .Values.hooks }}{{ $_ := set $configuration "hooks" . }}{{ end }}
{{- with .Values.limits }}{{ $_ := set $configuration "limits" . }}{{ end }}
{{- if $configuration }}
{{- $files = append $files (dict "name" "pgdrill.config.yaml" "path" "/app/pgdrill.config.yaml" "text" (toYaml $configuration)) }}
{{- end }}
{{- with .Values.assertions }}
{{- $files = append $files (dict "name" "assertions.yaml" "path" "/app/assertions.yaml" "text" (dict "assertions" . | toYaml)) }}
{{- end }}
{{- if not (concat .Values.scenarios .Values.ownScenarios) }}{{ fail "set scenarios: at least one" }}{{ end }}
{{- dict "files" ($files | uniq) | toJson }}
{{- end }}

{{/* Names are asked of pods of the cluster and of NodeLocal DNSCache. */}}
{{- define "pgdrill.names" -}}
to: [{ namespaceSelector: {} }, { ipBlock: { cidr: 169.254.20.10/32 } }]
ports: [{ port: 53, protocol: TCP }, { port: 53, protocol: UDP }]
{{- end }}

{{/* Towards the API server. */}}
{{- define "pgdrill.api" -}}
ports:
  {{- range .Values.apiPorts }}
  - { port: {{ . }}, protocol: TCP }
  {{- end }}
{{- with .Values.apiServers }}
to:
  {{- range . }}
  - ipBlock: { cidr: {{ . | quote }} }
  {{- end }}
{{- end }}
{{- end }}

{{/* CIDRs as the peers of a rule. */}}
{{- define "pgdrill.blocks" -}}
{{- $list := list }}
{{- range . }}{{ $list = append $list (dict "ipBlock" (dict "cidr" .)) }}{{ end }}
{{- dict "to" $list | toJson }}
{{- end }}

{{/* Towards an address, as narrowly as its name allows: one address, a namespace, the addresses of outside, or a port anywhere. */}}
{{- define "pgdrill.towards" -}}
{{- $url := urlParse .address }}
{{- $named := regexFind ":[0-9]+$" $url.host | trimPrefix ":" }}
{{- $key := $url.host | trimSuffix (printf ":%s" $named) }}
{{- $host := $key | trimPrefix "[" | trimSuffix "]" | trimSuffix "." }}
{{- $rule := dict "ports" (list (dict "port" ($named | default (ternary "80" "443" (eq $url.scheme "http")) | int) "protocol" "TCP")) }}
{{- $parts := splitList "." $host }}
{{- $known := hasKey .ports $key }}
{{- $ports := default list (get .ports $key) }}
{{- with $ports }}
{{- $all := list }}
{{- range . }}{{ $all = append $all (dict "port" (int .) "protocol" "TCP") }}{{ end }}
{{- $_ := set $rule "ports" $all }}
{{- end }}
{{- if regexMatch "^[0-9]+([.][0-9]+){3}$" $host }}
{{- $_ := set $rule "to" (list (dict "ipBlock" (dict "cidr" (printf "%s/32" $host)))) }}
{{- else if contains ":" $host }}
{{- $_ := set $rule "to" (list (dict "ipBlock" (dict "cidr" (printf "%s/128" $host)))) }}
{{- else if eq (len $parts) 1 }}
{{- $_ := set $rule "to" (list (dict "podSelector" dict)) }}
{{- else }}
{{- $namespace := "" }}
{{- range $i, $part := $parts }}{{ if and (gt $i 1) (eq $part "svc") (not $namespace) }}{{ $namespace = index $parts (sub $i 1 | int) }}{{ end }}{{ end }}
{{- if and (eq (len $parts) 2) (ternary (gt (len $ports) 0) (eq $url.scheme "http") $known) }}{{ $namespace = index $parts 1 }}{{ end }}
{{- if $namespace }}
{{- $_ := set $rule "to" (list (dict "namespaceSelector" (dict "matchLabels" (dict "kubernetes.io/metadata.name" $namespace)))) }}
{{- else if .outside }}
{{- $_ := set $rule "to" (include "pgdrill.blocks" .outside | fromJson).to }}
{{- end }}
{{- end }}
{{- $rule | toJson }}
{{- end }}

{{/* HTTPS towards what has no address of its own: a cloud. Takes CIDRs. */}}
{{- define "pgdrill.https" -}}
{{- $rule := dict "ports" (list (dict "port" 443 "protocol" "TCP")) }}
{{- if . }}{{ $_ := set $rule "to" (include "pgdrill.blocks" . | fromJson).to }}{{ end }}
{{- $rule | toJson }}
{{- end }}

{{/* What a restored copy reaches of its store, and of what gives it the account of a cloud, each rule once. */}}
{{- define "pgdrill.store" -}}
{{- $known := (include "pgdrill.known" . | fromJson).identities }}
{{- $rule := include "pgdrill.https" .Values.storeCidrs | fromJson }}
{{- if .Values.storeAddress }}
{{- $rule = include "pgdrill.towards" (dict "address" .Values.storeAddress "ports" .Values.podPorts) | fromJson }}
{{- if .Values.storeCidrs }}{{ $_ := set $rule "to" (include "pgdrill.blocks" .Values.storeCidrs | fromJson).to }}{{ end }}
{{- end }}
{{- $rules := list ($rule | toJson) }}
{{- $exchanges := false }}
{{- if .Values.archiveAccount }}
{{- range .Values.identities }}
{{- if not (hasKey $known .) }}{{ fail (printf "identities: expected %s, but got %s" (keys $known | sortAlpha | join ", ") .) }}{{ end }}
{{- range (index $known .).rules }}{{ $rules = append $rules (toJson .) }}{{ end }}
{{- $exchanges = or $exchanges (index $known .).exchanges }}
{{- end }}
{{- end }}
{{- if $exchanges }}{{ $rules = append $rules (include "pgdrill.https" .Values.storeCidrs) }}{{ end }}
{{- $list := list }}
{{- range uniq $rules }}{{ $list = append $list (fromJson .) }}{{ end }}
{{- toYaml $list }}
{{- end }}

{{/* Rules towards everything that the drill reports to, each once. */}}
{{- define "pgdrill.reports" -}}
{{- $addresses := list .Values.publish.endpoint .Values.pushgateway .Values.prometheus }}
{{- range $i, $word := .Values.arguments }}
{{- if and (gt $i 0) (eq (index $.Values.arguments (sub $i 1 | int)) "--otlp") }}{{ $addresses = append $addresses $word }}{{ end }}
{{- end }}
{{- $addresses = append $addresses .Values.hooks.webhook }}
{{- $addresses = append $addresses (dig "alertmanager" "url" "" .Values.hooks) }}
{{- $addresses = append $addresses (dig "grafana" "url" "" .Values.hooks) }}
{{- $rules := list }}
{{- range compact $addresses }}{{ $rules = append $rules (include "pgdrill.towards" (dict "address" . "ports" $.Values.podPorts "outside" $.Values.reportCidrs)) }}{{ end }}
{{- /* Chats and AWS itself are at addresses that change. */}}
{{- if or .Values.notify.secret (and .Values.publish.to (not .Values.publish.endpoint)) }}
{{- $rules = append $rules (include "pgdrill.https" .Values.reportCidrs) }}
{{- end }}
{{- $list := list }}
{{- range uniq $rules }}{{ $list = append $list (fromJson .) }}{{ end }}
{{- if $list }}{{ toYaml $list }}{{ end }}
{{- end }}

{{/* The command line of the drill, one word an item. */}}
{{- define "pgdrill.arguments" -}}
{{- $words := list "run" }}
{{- range .Values.scenarios }}{{ $words = append $words . }}{{ end }}
{{- range .Values.ownScenarios }}{{ $words = append $words .name }}{{ end }}
{{- $words = concat $words (list "--stack" "cluster" "--context" "in-cluster" "--namespace" "$(PGDRILL_NAMESPACE)" "--cluster" .Values.cluster) }}
{{- $words = concat $words (list "--database" (required "set database: the database that the drill's own schema goes into" .Values.database) "--secret" .Values.secret) }}
{{- $words = concat $words (list "--operator-namespace" .Values.operatorNamespace "--external-watchdog") }}
{{- $words = concat $words (list "--yes" "--reason" "scheduled drill" "--out" "/reports") }}
{{- with .Values.publish.to }}{{ $words = concat $words (list "--publish" .) }}{{ end }}
{{- with .Values.pushgateway }}{{ $words = concat $words (list "--pushgateway" .) }}{{ end }}
{{- with .Values.prometheus }}{{ $words = concat $words (list "--prometheus" .) }}{{ end }}
{{- if .Values.notify.secret }}{{ $words = concat $words (list "--notify-template" .Values.notify.template) }}{{ end }}
{{- if (include "pgdrill.chosen" . | fromJson).restores }}{{ $words = concat $words (list "--restore-namespace" (include "pgdrill.restore" .)) }}{{ end }}
{{- if .Values.assertions }}{{ $words = concat $words (list "--assertions" "/app/assertions.yaml") }}{{ end }}
{{- if gt (int .Values.generators) 0 }}{{ $words = concat $words (list "--generators" (toString .Values.generators)) }}{{ end }}
{{- range .Values.arguments }}{{ $words = append $words (replace "$(" "$$(" .) }}{{ end }}
{{- toYaml $words }}
{{- end }}

{{/* What both pods have in common: they keep to the level restricted of Pod Security. */}}
{{- define "pgdrill.pod" -}}
serviceAccountName: pgdrill
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .Values.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
# Not on a node that has an instance, where another is to be had: the drill may break that node.
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              cnpg.io/cluster: {{ .Values.cluster | quote }}
              cnpg.io/instanceRole: primary
      - weight: 50
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              cnpg.io/cluster: {{ .Values.cluster | quote }}
              cnpg.io/podRole: instance
securityContext:
  runAsNonRoot: true
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "pgdrill.container" -}}
name: pgdrill
image: {{ include "pgdrill.image" . | quote }}
imagePullPolicy: IfNotPresent
securityContext:
  allowPrivilegeEscalation: false
  runAsNonRoot: true
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "pgdrill.environment" -}}
- name: PGDRILL_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: PGDRILL_STATE
  value: /dev/shm/pgdrill
{{- end }}

{{- define "pgdrill.schedule" -}}
schedule: {{ .Values.schedule | quote }}
timeZone: {{ .Values.timeZone }}
suspend: {{ not .Values.enabled }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: 600
successfulJobsHistoryLimit: 3
failedJobsHistoryLimit: 3
{{- end }}

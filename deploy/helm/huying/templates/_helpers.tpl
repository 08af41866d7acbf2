{{- define "huying.name" -}}
{{- printf "%s-huying" .Release.Name | replace "huying-huying" "huying" | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "huying.image" -}}
{{- if .Values.image.digest -}}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{- end -}}
{{- end -}}

{{- define "huying.labels" -}}
app.kubernetes.io/name: huying
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* What selects the pods of one part: (list $ "api") */}}
{{- define "huying.selector" -}}
app.kubernetes.io/name: huying
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "huying.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "huying.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{/* A setting's environment variable from a key of a Secret: (list "HUYING_X" secret key) */}}
{{- define "huying.fromSecret" -}}
- name: {{ index . 0 }}
  valueFrom: {secretKeyRef: {name: {{ index . 1 }}, key: {{ index . 2 }}}}
{{- end -}}

{{- define "huying.environment" -}}
{{- if eq .Values.mode "ha" }}
{{ include "huying.fromSecret" (list "HUYING_DATABASE_URL" .Values.secrets.app "database-url") }}
{{ include "huying.fromSecret" (list "HUYING_DATABASE_CITY_URL" .Values.secrets.app "database-city-url") }}
{{ include "huying.fromSecret" (list "HUYING_OBJECTS_ACCESS_KEY" .Values.secrets.app "objects-access-key") }}
{{ include "huying.fromSecret" (list "HUYING_OBJECTS_SECRET_KEY" .Values.secrets.app "objects-secret-key") }}
{{- end }}
{{- if .Values.secrets.sms }}
- {name: HUYING_SMS_SECRET_FILE, value: /run/huying/sms/sms-secret}
{{- end }}
- {name: GOMEMLIMIT, value: {{ .limit | quote }}}
{{- end -}}

{{- define "huying.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if eq .Values.mode "ha" }}
- {name: keys, mountPath: /run/huying/keys, readOnly: true}
{{- else }}
- {name: data, mountPath: /data}
{{- end }}
{{- if .Values.secrets.sms }}
- {name: sms, mountPath: /run/huying/sms, readOnly: true}
{{- end }}
{{- end -}}

{{- define "huying.volumes" -}}
- {name: tmp, emptyDir: {sizeLimit: 1Gi}}
{{- if eq .Values.mode "ha" }}
- {name: keys, secret: {secretName: {{ .Values.secrets.keys }}, defaultMode: 288}}
{{- else }}
- {name: data, persistentVolumeClaim: {claimName: {{ include "huying.name" . }}-data}}
{{- end }}
{{- if .Values.secrets.sms }}
- {name: sms, secret: {secretName: {{ .Values.secrets.sms }}, defaultMode: 288}}
{{- end }}
{{- end -}}

{{- define "huying.placement" -}}
serviceAccountName: {{ include "huying.name" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ add .Values.drainSeconds 15 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "huying.spread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "huying.selector" (list $.root $.part) | fromYaml | toJson }}}
  {{- end }}
{{- end -}}

{{/* Nine tenths of the memory limit, so that the collector works before the kernel kills. */}}
{{- define "huying.goLimit" -}}
{{- $limit := dig "limits" "memory" "1Gi" . -}}
{{- if hasSuffix "Gi" $limit -}}{{ div (mul (trimSuffix "Gi" $limit | int) 1024 9) 10 }}MiB
{{- else -}}{{ div (mul (trimSuffix "Mi" $limit | int) 9) 10 }}MiB{{- end -}}
{{- end -}}

/** Whether an init container runs beside the pod's containers for as long as the pod does (Kubernetes 1.29 and later). */
export function isSidecar(initContainer: { readonly restartPolicy?: unknown }): boolean {
  return initContainer.restartPolicy === 'Always';
}

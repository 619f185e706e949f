module thaw/cluster/workload

go 1.25.0

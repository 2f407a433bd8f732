// Real processes under load, with times measured: one test after the other, so that none disturbs what another measures.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

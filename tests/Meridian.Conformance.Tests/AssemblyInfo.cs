using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Subjects;

// Four servers and this process share the machine's cores: tests that wait for answers do not run beside each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SubjectFleet))]
[assembly: AssemblyFixture(typeof(ConformanceReport))]

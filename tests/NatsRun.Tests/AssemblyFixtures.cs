using NatsRun.Testing;

[assembly: AssemblyFixture(typeof(NatsServerFixture))]

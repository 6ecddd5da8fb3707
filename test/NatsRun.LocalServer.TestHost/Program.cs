using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NatsRun.LocalServer.TestHost;

if (args.Contains("--version"))
{
    Console.WriteLine("nats-server: v2.99.0");
    return 0;
}

if (args.Contains("--addr"))
{
    return await StubbornServer.RunAsync(args);
}

var builder = Host.CreateApplicationBuilder(args);
builder.AddLocalNatsServer();
builder.Services.AddHostedService<Reporter>();
using var host = builder.Build();
try
{
    await host.RunAsync();
    return 0;
}
catch (NatsRun.LocalServer.LocalNatsServerException e)
{
    Console.WriteLine("refused: " + e.Message);
    return 3;
}

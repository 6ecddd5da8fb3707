using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace NatsRun;

/// <summary>What <c>AddNatsRun</c> returns: the place where the other parts add themselves.</summary>
public sealed class NatsRunBuilder
{
    internal NatsRunBuilder(IServiceCollection services, Topology topology)
    {
        Services = services;
        Topology = topology;
    }

    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The streams, buckets and consumers that the application declares.</summary>
    public Topology Topology { get; }

    /// <summary>Registers a component as a singleton, once however often it is called.</summary>
    /// <typeparam name="T">The component.</typeparam>
    /// <returns>This builder.</returns>
    public NatsRunBuilder AddComponent<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, INatsRunComponent
    {
        if (Services.All(s => s.ServiceType != typeof(T)))
        {
            Services.AddSingleton<T>();
            Services.AddSingleton<INatsRunComponent>(p => p.GetRequiredService<T>());
        }

        return this;
    }
}

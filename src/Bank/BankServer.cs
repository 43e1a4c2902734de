using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Redoubt.Bank.Clerk;
using Redoubt.Bank.Doors;
using Redoubt.Bank.Evidence;
using Redoubt.Bank.Protocol;
using Redoubt.Bank.State;

namespace Redoubt.Bank;

/// <summary>A bank that runs: three servers on the loopback interface, for devices, for the app and for the clerk.</summary>
public sealed class BankServer : IAsyncDisposable
{
    private readonly WebApplication[] _doors;

    private BankServer(BankState state, ClerkKey key, params WebApplication[] doors)
    {
        (State, ClerkKey, _doors) = (state, key, doors);
    }

    /// <summary>Port for devices: TLS.</summary>
    public int DevicePort => PortOf(_doors[0]);

    /// <summary>Port for the app.</summary>
    public int AppPort => PortOf(_doors[1]);

    /// <summary>The clerk's page, with the key that lets him in.</summary>
    public Uri ClerkPage => new($"http://127.0.0.1:{PortOf(_doors[2])}/?key={ClerkKey.Value}");

    internal BankState State { get; }

    private ClerkKey ClerkKey { get; }

    /// <summary>Makes what is missing in a bank's folder, the anchors for its customers' pinpads among it.</summary>
    /// <exception cref="InvalidDataException">A file in the folder can't be read.</exception>
    public static void Prepare(BankOptions options) => _ = new BankFolder(options);

    /// <summary>Starts a bank.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="InvalidDataException">A file in its folder can't be read.</exception>
    public static Task<BankServer> Start(BankOptions options) => Start(options, Defences.All, TimeProvider.System);

    /// <summary>Starts a bank with other defences or another clock, for tests.</summary>
    internal static async Task<BankServer> Start(BankOptions options, Defences defences, TimeProvider time)
    {
        BankState state = new(options, defences, time);
        ClerkKey key = new();
        BankServer server = new(state, key, DeviceApplication(state), AppApplication(state), ClerkPages.Build(state, key, CreateBuilder(options.ClerkPort)));
        try
        {
            foreach (WebApplication door in server._doors)
                await door.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a customer.</summary>
    /// <exception cref="ArgumentException">The account is there already.</exception>
    public Customers.Letter AddCustomer(string name, string account) => State.Customers.Add(name, account);

    /// <summary>Draws a one-time code for a customer.</summary>
    public string IssueCode(long customer) => State.Customers.IssueCode(customer);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (WebApplication door in _doors)
            await door.DisposeAsync();
    }

    private static WebApplication DeviceApplication(BankState state)
    {
        Handshake handshake = new(state);
        WebApplicationBuilder builder = CreateBuilder(state.Options.DevicePort, listen =>
        {
            listen.Use(next => connection => handshake.Watch(connection, next));
            listen.UseHttps(handshake.Options);
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            KestrelServerLimits limits = kestrel.Limits;
            limits.MaxRequestBodySize = Frame.Size;
            (limits.MaxRequestLineSize, limits.MaxRequestHeaderCount, limits.MaxRequestHeadersTotalSize) = (64, 8, 1024);
            (limits.RequestHeadersTimeout, limits.KeepAliveTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(180));
            limits.MaxConcurrentConnections = 256;
        });
        WebApplication application = builder.Build();
        application.Run(new DeviceDoor(state, new Conversation(state)).Answer);
        return application;
    }

    private static WebApplication AppApplication(BankState state)
    {
        WebApplicationBuilder builder = CreateBuilder(state.Options.AppPort);
        builder.Services.AddRouting();
        WebApplication application = builder.Build();
        AppDoor.Map(application, state);
        return application;
    }

    /// <summary>A server that takes nothing from files or the environment, and says nothing by itself.</summary>
    private static WebApplicationBuilder CreateBuilder(int port, Action<ListenOptions>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // A start that fails is told by whoever started.
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                configure?.Invoke(listen);
            });
        });
        if (configure is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        return builder;
    }

    private static int PortOf(WebApplication application) => new Uri(application.Urls.Single()).Port;
}

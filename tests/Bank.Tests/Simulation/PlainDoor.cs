using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Redoubt.Bank.Doors;
using Redoubt.Bank.Evidence;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>A bank's door for devices with TLS taken away: whatever is said on a connection is taken for one device's, in the clear.</summary>
internal sealed class PlainDoor : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly SimulatedDevice _device;

    private PlainDoor(WebApplication application, SimulatedDevice device) => (_application, _device) = (application, device);

    public int Port => new Uri(_application.Urls.Single()).Port;

    public static async Task<PlainDoor> Open(TestBank bank, SimulatedDevice device)
    {
        DeviceCertificates certificates = DeviceCertificates.Read([.. device.Chain.Select(der => X509CertificateLoader.LoadCertificate(der))]);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        WebApplication application = builder.Build();
        DeviceDoor door = new(bank.State, new Conversation(bank.State));
        application.Run(context =>
        {
            context.Features.Set(new Session(certificates, context.Connection.Id));
            return door.Answer(context);
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new PlainDoor(application, device);
    }

    /// <summary>The device's pinpad on a connection to the door, or to who carries it there.</summary>
    public PinPad Connect(int? port = null)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port ?? Port);
        return new PinPad(new NetworkStream(socket, ownsSocket: true), _device);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

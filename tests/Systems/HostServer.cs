using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Redoubt.Systems;

/// <summary>A server on this machine that answers one request of HTTP, whatever it asks for. Guests on the host's network find it at 10.0.2.2.</summary>
internal sealed class HostServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _served;

    /// <summary>Starts it.</summary>
    /// <param name="data">What it answers.</param>
    public HostServer(byte[] data)
    {
        _listener.Start();
        _served = Serve(data);
    }

    /// <summary>Where a guest finds it.</summary>
    public string Url => $"http://10.0.2.2:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Whether somebody has asked, and was sent all of the answer.</summary>
    public bool HasServed => _served.IsCompletedSuccessfully;

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task Serve(byte[] data)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        await using NetworkStream stream = client.GetStream();
        using StreamReader request = new(stream, Encoding.ASCII, leaveOpen: true);
        while (!string.IsNullOrEmpty(await request.ReadLineAsync()))
            continue;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {data.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(data);
    }
}

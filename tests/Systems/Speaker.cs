using System.Net;
using System.Net.Sockets;

namespace Redoubt.Systems;

/// <summary>Somebody who says the same to whoever connects, and listens.</summary>
internal sealed class Speaker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Speaker(byte[] words)
    {
        _listener.Start();
        new Thread(() => Speak(words)) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private void Speak(byte[] words)
    {
        try
        {
            using TcpClient client = _listener.AcceptTcpClient();
            client.GetStream().Write(words);
            ReadToEnd(client);
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
        {
            // Nobody came, or nobody listened.
        }
    }

    /// <summary>Listens until the other end has nothing more to say.</summary>
    public static void ReadToEnd(TcpClient connection)
    {
        try
        {
            byte[] buffer = new byte[4096];
            while (connection.GetStream().Read(buffer) > 0)
                continue;
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // It was broken off.
        }
    }
}

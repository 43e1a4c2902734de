using System.Net;
using System.Net.Sockets;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>Carries one connection to the bank, and changes one bit of one byte on the way there.</summary>
internal sealed class ChangingRelay : IDisposable
{
    /// <summary>How long the bank is given to say something to a change, in ms; it may be waiting for bytes that never come.</summary>
    private const int Patience = 1000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _bank, _place;
    private int _carried;

    /// <param name="bank">The bank's port.</param>
    /// <param name="place">Which byte, from 0.</param>
    public ChangingRelay(int bank, int place)
    {
        (_bank, _place) = (bank, place);
        _listener.Start();
        new Thread(Carry) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that went to the bank.</summary>
    public int Carried => _carried;

    public void Dispose() => _listener.Dispose();

    private void Carry()
    {
        try
        {
            using TcpClient pad = _listener.AcceptTcpClient(), bank = new("127.0.0.1", _bank);
            Thread back = new(() => Copy(bank, pad, _ => { })) { IsBackground = true };
            back.Start();
            Copy(pad, bank, bytes =>
            {
                int at = _place - _carried;
                _carried += bytes.Length;
                if (at < 0 || at >= bytes.Length)
                    return;
                bytes[at] ^= (byte)(1 << _place % 8);
                bank.ReceiveTimeout = Patience;
            });
            back.Join();
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Nobody came.
        }
    }

    private static void Copy(TcpClient from, TcpClient to, Action<Span<byte>> change)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = from.GetStream().Read(buffer)) > 0)
            {
                change(buffer.AsSpan(0, count));
                to.GetStream().Write(buffer, 0, count);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them has ended it.
        }

        from.Close();
        to.Close();
    }
}

using System.Net;
using System.Net.Sockets;

namespace Redoubt.Bank.Tests.Simulation;

/// <summary>Carries one connection to the bank, and changes one bit of one byte on the way there.</summary>
internal sealed class ChangingRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _bank, _place, _end;
    private readonly byte _change;
    private readonly List<int> _flights = [];
    private readonly List<byte> _carried = [];

    /// <param name="bank">The bank's port.</param>
    /// <param name="place">Which byte, from 0.</param>
    /// <param name="end">After how many bytes the bank is told that nothing more comes.</param>
    /// <param name="bit">Which bit; another from byte to byte if it is not said.</param>
    public ChangingRelay(int bank, int place = int.MaxValue, int end = int.MaxValue, int? bit = null)
    {
        (_bank, _place, _end, _change) = (bank, place, end, (byte)(1 << (bit ?? place % 8)));
        _listener.Start();
        new Thread(Carry) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What went to the bank.</summary>
    public byte[] Carried => [.. _carried];

    /// <summary>How many bytes that was each time that the bank answered.</summary>
    public IReadOnlyList<int> Flights => _flights;

    public void Dispose() => _listener.Dispose();

    private void Carry()
    {
        try
        {
            using Socket pad = _listener.AcceptSocket(), bank = new(SocketType.Stream, ProtocolType.Tcp);
            bank.Connect(IPAddress.Loopback, _bank);
            void Answer(Span<byte> bytes)
            {
                if (_flights.LastOrDefault() != _carried.Count)
                    _flights.Add(_carried.Count);
                pad.Send(bytes);
            }

            Thread back = new(() => Copy(bank, pad, Answer)) { IsBackground = true };
            back.Start();
            Copy(pad, bank, bytes =>
            {
                int at = _place - _carried.Count;
                if (at >= 0 && at < bytes.Length)
                    bytes[at] ^= _change;
                _carried.AddRange(bytes);
                bank.Send(bytes);
                if (_carried.Count >= _end)
                    bank.Shutdown(SocketShutdown.Send);
            });
            back.Join();
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Nobody came.
        }
    }

    private static void Copy(Socket from, Socket to, Action<Span<byte>> pass)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = from.Receive(buffer)) > 0)
                pass(buffer.AsSpan(0, count));
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // One of them has ended it.
        }

        from.Close();
        to.Close();
    }
}

using System;
using System.Runtime.CompilerServices;
using Redoubt.Dice;
using Redoubt.PinPad.Protocol;
using Redoubt.PinPad.Tls;

namespace Redoubt.PinPad;

/// <summary>The connection to the bank: requests and answers in TLS, whose records the phone's software carries.</summary>
internal static unsafe partial class Session
{
    private static Request s_request;
    private static Answer s_answer;
    private static int s_requestSize, s_requestSent, s_answerSize, s_taken, s_stale;
    private static bool s_hasData;

    /// <summary>Moves bytes between the connection and the phone's software, as far as they go; true if any moved.</summary>
    public static bool Pump()
    {
        if (!IsConnected)
        {
            s_hasData = false;
            return false;
        }

        bool moved = Receive() | Send();
        if (IsConnected && TlsClient.State == BearSsl.Closed)
        {
            HangUp();
            if (Phase == Phase.Bank)
                End(Ending.NoBank);
            return true;
        }

        return moved | (IsConnected && (Write() | Read()));
    }

    private static bool IsConnected { get; set; }

    /// <summary>Opens a connection: the phone's software is asked to, and TLS begins.</summary>
    private static bool Connect(in BankAnchor bank)
    {
        Digest seed = default;
        Credentials.Draw(seed);
        IsConnected = TlsClient.Start(in bank, Credentials.Identity, seed, Credentials.Day);
        ((Span<byte>)seed).Clear();
        if (!IsConnected)
            return false;
        Digest index = default;
        index[0] = (byte)s_bank;
        s_outbox.Put(RelayMessage.Connect, ((ReadOnlySpan<byte>)index).Slice(0, 1));
        return true;
    }

    private static bool Receive()
    {
        if (!s_hasData)
            return false;
        int count = TlsClient.Receive(s_relay.Content.Slice(s_taken));
        s_taken += count;
        s_hasData = s_taken < s_relay.Content.Length;
        return count > 0;
    }

    private static bool Send()
    {
        ReadOnlySpan<byte> records = TlsClient.Outgoing;
        int room = s_outbox.Room < RelayMessage.Longest ? s_outbox.Room : RelayMessage.Longest;
        int count = records.Length < room ? records.Length : room;
        if (count <= 0)
            return false;
        s_outbox.Put(RelayMessage.DataForBank, records.Slice(0, count));
        TlsClient.Sent(count);
        return true;
    }

    // The request: its head, then the frame, which stands before it in memory.
    private static bool Write()
    {
        if (Phase != Phase.Bank || s_requestSent == s_requestSize || (TlsClient.State & BearSsl.SendApplication) == 0)
            return false;
        int head = s_requestSize - Frame.Size;
        ReadOnlySpan<byte> all = s_request;
        ReadOnlySpan<byte> next = s_requestSent < head ? all.Slice(Frame.Size + s_requestSent, head - s_requestSent) : all.Slice(s_requestSent - head, s_requestSize - s_requestSent);
        s_requestSent += TlsClient.Write(next);
        if (s_requestSent == s_requestSize)
            TlsClient.Flush();
        return true;
    }

    private static bool Read()
    {
        if ((TlsClient.State & BearSsl.ReceiveApplication) == 0)
            return false;
        Span<byte> answer = s_answer;
        int count = TlsClient.Read(answer.Slice(s_answerSize));
        s_answerSize += count;
        bool due = Phase == Phase.Bank && s_requestSent == s_requestSize;
        Http.Progress progress = due ? Http.Read(answer.Slice(0, s_answerSize), out int at) : Refused(out at);
        if (progress == Http.Progress.Refused || (progress == Http.Progress.More && s_answerSize == answer.Length))
        {
            Hang();
            if (Phase == Phase.Bank)
                End(Ending.NoBank);
        }
        else if (progress == Http.Progress.Whole)
        {
            if (Frame.TryOpen(answer.Slice(at, Frame.Size), out ReadOnlySpan<byte> message))
                Hear(message);
            else
                End(Ending.NoBank);
            answer.Clear();
        }

        return count > 0;
    }

    private static Http.Progress Refused(out int at)
    {
        at = 0;
        return Http.Progress.Refused;
    }

    // Ends the connection with TLS's goodbye, if that still can be said.
    private static void Hang()
    {
        if (!IsConnected)
            return;
        TlsClient.Close();
        while (s_outbox.Room > RelayMessage.Longest && Send())
            continue;
        HangUp();
    }

    // Until the phone's software answers, what comes is still of this connection.
    private static void HangUp()
    {
        Disconnect();
        s_stale++;
        s_outbox.Put(RelayMessage.Close, default);
    }

    private static void Disconnect()
    {
        IsConnected = false;
        s_hasData = false;
        TlsClient.Wipe();
    }

    // A frame, and the head of the request behind it
    [InlineArray(Frame.Size + 256)]
    private struct Request
    {
        private byte _first;
    }

    [InlineArray(Http.LongestHead + Frame.Size)]
    private struct Answer
    {
        private byte _first;
    }
}

using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Partition;
using Redoubt.PinPad;
using Redoubt.PinPad.Protocol;

namespace Redoubt.Pad;

/// <summary>
/// A conversation with the bank that is kept: what came from the phone's software, and when the person confirmed. All memory of the program is kept with it, so that any part can
/// be played again from where it was, as often as wanted, changed or not: nothing in the pinpad comes from elsewhere.
/// </summary>
internal static unsafe class Tape
{
    /// <summary>The longest that can be kept.</summary>
    private const int Longest = 64 << 10;

    private const ulong SnapshotSize = 0x2_0000;

    // Messages may be longer than what fits the pinpad: so many zeros end any.
    private const int EndOfAny = 65_538;

    private static State* Kept => (State*)Places[1];

    // Copies are of 8 bytes, and aligned.
    private static ulong Content => (ulong)Kept + 64;

    private static ulong Beginning => Content + Longest;

    private static ulong Place => Beginning + SnapshotSize;

    private static ulong Present => Place + SnapshotSize;

    /// <summary>The rest of the memory that is not put back.</summary>
    public static ulong Free => Present + SnapshotSize;

    /// <summary>All that was taken.</summary>
    public static ReadOnlySpan<byte> Bytes => new((void*)Content, Kept->Size);

    /// <summary>Begins to keep what is taken from now on.</summary>
    public static void Begin()
    {
        State* kept = Kept;
        (kept->Size, kept->ConfirmedAt, kept->IsKeeping) = (0, -1, true);
        Save(Beginning);
    }

    /// <summary>It is whole.</summary>
    public static void End() => Kept->IsKeeping = false;

    /// <summary>A byte is taken.</summary>
    public static void Keep(byte value)
    {
        State* kept = Kept;
        if (kept->IsKeeping && kept->Size < Longest)
            ((byte*)Content)[kept->Size++] = value;
    }

    /// <summary>The person confirms.</summary>
    public static void KeepConfirm(scoped ReadOnlySpan<byte> pin)
    {
        State* kept = Kept;
        if (!kept->IsKeeping || pin.Length > Messages.LongestPin)
            return;
        (kept->ConfirmedAt, kept->PinSize) = (kept->Size, pin.Length);
        pin.CopyTo(kept->Pin);
    }

    /// <summary>Everything is as it was when the tape began, until <see cref="Resume"/>.</summary>
    public static void Rewind()
    {
        Save(Present);
        Load(Beginning);
    }

    /// <summary>Everything is again as it was before <see cref="Rewind"/>.</summary>
    public static void Resume() => Load(Present);

    /// <summary>Everything will be able to come back to how it is now.</summary>
    public static void Mark() => Save(Place);

    /// <summary>Everything is as it was at the mark.</summary>
    public static void Return() => Load(Place);

    /// <summary>Plays what was taken from one place to another, or until the conversation is at a result.</summary>
    public static void Play(int from, int to)
    {
        for (int at = from; at < to && Session.Phase != Phase.Result; at++)
        {
            ConfirmAt(at);
            Take(Bytes[at]);
        }

        Settle();
    }

    /// <summary>The first place from this one on at which the person has something to read: where the PIN is typed, or the end.</summary>
    public static int NextDisplay(int at) => at < Kept->ConfirmedAt ? Kept->ConfirmedAt : Kept->Size;

    /// <summary>The person confirms, if this is the place.</summary>
    public static void ConfirmAt(int at)
    {
        State* kept = Kept;
        if (at != kept->ConfirmedAt)
            return;
        Settle();
        ReadOnlySpan<byte> pin = kept->Pin;
        Session.Confirm(pin.Slice(0, kept->PinSize));
        Settle();
    }

    /// <summary>The pinpad takes a byte, if it can. What it says goes nowhere.</summary>
    public static void Take(byte value)
    {
        if (!Session.TakesBytes)
            Settle();
        if (Session.TakesBytes)
            Session.Take(value);
    }

    /// <summary>Takes a message of the phone's software.</summary>
    public static void Take(byte type, scoped ReadOnlySpan<byte> payload)
    {
        Take(type);
        Take((byte)(payload.Length >> 8));
        Take((byte)payload.Length);
        for (int i = 0; i < payload.Length; i++)
            Take(payload[i]);
    }

    /// <summary>Whatever message is half taken, this ends it.</summary>
    public static void EndMessage()
    {
        for (int i = 0; i < EndOfAny && Session.Phase == Phase.Bank; i++)
            Take(0);
    }

    /// <summary>Takes bytes of the bank, in messages of the phone's software.</summary>
    public static void TakeData(scoped ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length && Session.Phase != Phase.Result; at += RelayMessage.Longest)
            Take(RelayMessage.Data, bytes.Slice(at, bytes.Length - at < RelayMessage.Longest ? bytes.Length - at : RelayMessage.Longest));
        Settle();
    }

    /// <summary>The pinpad does all that it can do now.</summary>
    public static void Settle()
    {
        do
        {
            while (!Session.Outbox.IsEmpty)
                Session.Outbox.Drop();
        }
        while (Session.Pump() || !Session.Outbox.IsEmpty);
    }

    private static void Save(ulong to)
    {
        ulong* places = Places;
        if (places[1] - places[0] + places[3] - places[2] > SnapshotSize)
            Panic.Stop("the program is too large to be kept"u8);
        Memory.Copy(to, places[0], places[1] - places[0]);
        Memory.Copy(to + places[1] - places[0], places[2], places[3] - places[2]);
    }

    private static void Load(ulong from)
    {
        ulong* places = Places;
        Memory.Copy(places[0], from, places[1] - places[0]);
        Memory.Copy(places[2], from + places[1] - places[0], places[3] - places[2]);
    }

    private static ulong* Places => (ulong*)(void*)(delegate*<void>)&PlacesTable;

    // Begin of what the program writes; begin and end of what is kept; end of what the program writes
    [RuntimeImport("*", "redoubt_places"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void PlacesTable();

    private struct State
    {
        public int Size, ConfirmedAt, PinSize;
        public bool IsKeeping;
        public Digits Pin;
    }

    [InlineArray(Messages.LongestPin)]
    private struct Digits
    {
        private byte _first;
    }
}

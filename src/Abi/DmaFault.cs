using System;
using System.Runtime.InteropServices;

namespace Redoubt.Abi;

/// <summary>
/// An access by a device that the SMMU has refused: an event record (Arm IHI 0070, 7.3). Who answers for the devices sees the event queue as a
/// device of its manifest, read-only. Records are written in order and never again; where none is yet, there is zero.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DmaFault
{
    /// <summary>Name in the manifest.</summary>
    public static ReadOnlySpan<byte> Device => "dma-faults"u8;

    /// <summary>Bits of an index of the queue: 65,536 records, 2 MiB.</summary>
    public const int IndexBits = 16;

    /// <summary>Event numbers: the stream has no entry, the entry is invalid; no translation, no permission.</summary>
    public const ulong BadStream = 0x02, BadEntry = 0x04, Translation = 0x10, Permission = 0x13;

    /// <summary>Bits 7:0 event number, never 0; bits 63:32 stream ID.</summary>
    public ulong Kind;

    /// <summary>Bit 35 is 1 for a read.</summary>
    public ulong Access;

    /// <summary>The address that the device used, if the event has one.</summary>
    public ulong Address;

    /// <summary>Unused with one stage of translation.</summary>
    public ulong Intermediate;
}

using System;
using Redoubt.Abi;
using Redoubt.Dice;

namespace Redoubt.Loader;

/// <summary>Measures memory, range by range in the order of the boot table.</summary>
internal unsafe ref struct Measurement(ref Sha256 hash, ref readonly IdentitySetup setup)
{
    private readonly ref Sha256 _hash = ref hash;
    private readonly ref readonly IdentitySetup _setup = ref setup;
    private int _next;

    /// <summary>Whether the table has as many ranges as it says.</summary>
    public static bool IsPossible(ref readonly IdentitySetup setup)
    {
        if (setup.Count > Limits.Identities)
            return false;
        ulong ranges = 0;
        for (int i = -1; i < (int)setup.Count; i++)
        {
            ref readonly RangeCounts counts = ref setup.Microvisor;
            if (i >= 0)
                counts = ref setup.Entries[i].Counts;
            for (int j = 0; j < 4; j++)
            {
                if (counts[j] > Limits.MeasuredRanges)
                    return false;
                ranges += counts[j];
            }
        }

        return ranges <= Limits.MeasuredRanges;
    }

    /// <summary>Makes the next four measurements.</summary>
    public void Take(ref readonly RangeCounts counts, ref Measurements measured)
    {
        Take(counts[0], measured.Code);
        Take(counts[1], measured.MemoryMap);
        Take(counts[2], measured.Devices);
        Take(counts[3], measured.Others);
    }

    // SHA-256 over address, size and bytes of each range
    private void Take(ulong count, scoped Span<byte> digest)
    {
        _hash.Reset();
        for (ulong i = 0; i < count; i++)
        {
            ref readonly MemoryRange range = ref _setup.Ranges[_next++];
            Append(range.Address);
            Append(range.Size);
            _hash.Append(new ReadOnlySpan<byte>((void*)range.Address, (int)range.Size));
        }

        _hash.Finish(digest);
    }

    private void Append(ulong word)
    {
        for (int i = 0; i < 8; i++)
            _hash.Append((byte)(word >> (8 * i)));
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>The last exits of one vCPU, for the crash record.</summary>
public struct Exits
{
    /// <summary>How many are kept.</summary>
    public const int Kept = 16;

    private ExitEntries _entries;
    private uint _next;

    /// <summary>Remembers a fault.</summary>
    public void Add(in Arrival arrival)
    {
        ref Exit exit = ref _entries[(int)(_next++ % Kept)];
        exit.Kind = arrival.Kind;
        exit.Syndrome = arrival.Syndrome;
        exit.Address = arrival.Address;
        exit.Value = arrival.V0;
        exit.Pc = arrival.Pc;
    }

    /// <summary>Takes what another list has.</summary>
    public void CopyFrom(ref readonly Exits other)
    {
        _next = other._next;
        for (int i = 0; i < Kept; i++)
        {
            ref Exit exit = ref _entries[i];
            ref readonly Exit source = ref other._entries[i];
            exit.Kind = source.Kind;
            exit.Syndrome = source.Syndrome;
            exit.Address = source.Address;
            exit.Value = source.Value;
            exit.Pc = source.Pc;
        }
    }

    /// <summary>How many there are, at most <see cref="Kept"/>.</summary>
    public readonly int Count => _next < Kept ? (int)_next : Kept;

    /// <summary>The exit of that age; 0 is the last.</summary>
    [UnscopedRef]
    public readonly ref readonly Exit this[int age] => ref _entries[(int)((_next - 1 - (uint)age) % Kept)];
}

/// <summary>One exit, as <see cref="Arrival"/> had it.</summary>
public struct Exit
{
    public ulong Kind;
    public ulong Syndrome;
    public ulong Address;
    public ulong Value;
    public ulong Pc;
}

/// <summary>A ring of exits.</summary>
[InlineArray(Exits.Kept)]
public struct ExitEntries
{
    private Exit _first;
}

/// <summary>The last exits of each vCPU.</summary>
[InlineArray(Limits.VcpusPerPartition)]
public struct ExitLists
{
    private Exits _first;
}

using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>Which of the guest's vCPUs are on. A vCPU is off, or its monitor's vCPU was asked to start it, or it is on.</summary>
public struct Power
{
    private uint _on, _requested;
    private ulong _count;
    private EntryPoints _entries;

    /// <summary>All of so many vCPUs are off.</summary>
    public void Reset(ulong count)
    {
        _count = count;
        _on = 0;
        _requested = 0;
    }

    /// <summary>Number of vCPUs.</summary>
    public readonly int Count => (int)_count;

    /// <summary>Whether a vCPU is on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsOn(int vcpu) => (_on >> vcpu & 1) != 0;

    /// <summary>Whether a vCPU was asked to start and has not started yet.</summary>
    public readonly bool IsRequested(int vcpu) => (_requested >> vcpu & 1) != 0;

    /// <summary>Whether any vCPU is on, or soon will be.</summary>
    public readonly bool IsAnyOn => (_on | _requested) != 0;

    /// <summary>Asks for a vCPU to be started.</summary>
    public void Request(int vcpu, ulong entry, ulong context)
    {
        _requested |= 1U << vcpu;
        _entries[vcpu].Pc = entry;
        _entries[vcpu].Context = context;
    }

    /// <summary>A vCPU that was asked to is on; it begins here.</summary>
    public void TurnOn(int vcpu, out ulong entry, out ulong context)
    {
        _requested &= ~(1U << vcpu);
        _on |= 1U << vcpu;
        entry = _entries[vcpu].Pc;
        context = _entries[vcpu].Context;
    }

    /// <summary>A vCPU is off.</summary>
    public void TurnOff(int vcpu)
    {
        _requested &= ~(1U << vcpu);
        _on &= ~(1U << vcpu);
    }

    private struct EntryPoint
    {
        public ulong Pc;
        public ulong Context;
    }

    [InlineArray(Limits.VcpusPerPartition)]
    private struct EntryPoints
    {
        private EntryPoint _first;
    }
}

using System.Threading;

namespace Redoubt.Partition;

/// <summary>
/// Keeps the vCPUs of one partition out of each other's way. Not reentrant, not fair; all zero is free. The holder may stand on the
/// caller's own CPU, with a lower priority: who finds the lock taken must give up the CPU (<see cref="Kernel.Wait"/>) before long.
/// </summary>
public struct SpinLock
{
    private uint _held;

    /// <summary>Takes the lock, unless it is taken.</summary>
    public bool TryEnter() => Volatile.Read(ref _held) == 0 && Interlocked.CompareExchange(ref _held, 1, 0) == 0;

    /// <summary>Gives it back.</summary>
    public void Exit() => Volatile.Write(ref _held, 0);
}

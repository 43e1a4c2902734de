using System.Threading;

namespace Redoubt.Partition;

/// <summary>Keeps the vCPUs of one partition out of each other's way. Not reentrant, not fair; all zero is free.</summary>
public struct SpinLock
{
    private uint _held;

    /// <summary>Takes the lock.</summary>
    public void Enter()
    {
        while (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            while (Volatile.Read(ref _held) != 0)
            {
            }
        }
    }

    /// <summary>Gives it back.</summary>
    public void Exit() => Volatile.Write(ref _held, 0);
}

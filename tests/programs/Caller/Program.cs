using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Caller;

/// <summary>A partition that makes random calls for ever, on both of its vCPUs; most of them with arguments that mean something.</summary>
internal static class Program
{
    /// <summary>Slots in use are low ones; numbers of fields, interrupts, items and registers end soon.</summary>
    private const ulong Slots = 24, Small = 12, Seed = 0x5eed_0000_0000_0001;

    /// <summary>Ticks that a wait takes at most.</summary>
    private const ulong Longest = 20_000;

    [RuntimeImport("*", "redoubt_call"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong Invoke(ulong function, ulong a1, ulong a2, ulong a3, ulong a4);

    [RuntimeExport("redoubt_main")]
    private static void Main(ulong manifest, ulong vcpu)
    {
        Random random = default;
        random.Seed(Seed + vcpu);
        ulong own = Self.Manifest.Guest.VcpuSlot;
        while (true)
        {
            ulong call = random.Below(Call.Count + 2);
            // Nobody would start the first vCPU again.
            if (call == Call.Stop && vcpu != 0)
                continue;
            if (call == Call.Wait)
                Kernel.Wait(Kernel.Counter + random.Below(Longest), out _);
            else
                Invoke(Call.Base + call, random.Below(2) == 0 ? own + random.Below(2) : Argument(ref random, Slots), Argument(ref random, Small), Argument(ref random, Register.End), random.Next() >> (int)random.Below(64));
        }
    }

    private static ulong Argument(ref Random random, ulong usual) => random.Below(8) switch
    {
        0 => random.Next(),
        1 => random.Below(2 * Limits.Capabilities),
        _ => random.Below(usual),
    };
}

using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>Any instruction at EL0, in AArch64 and AArch32, and returns to modes that this partition must not have.</summary>
internal static unsafe class UserAttack
{
    private const uint Svc64 = 0xd400_0001, Svc32 = 0xef00_0000, SvcThumb = 0xdf00_df00;
    private const ulong User64 = 0, User32 = 0x10, Thumb = 0x20, Masked = 0x3c0, FlagBits = 0xf000_0000, Words = 16;

    /// <summary>Runs so many instructions.</summary>
    public static void Go(ref Attacker attacker, ulong count)
    {
        uint* code = (uint*)Probe.UserCode() + attacker.Vcpu * Words;
        for (ulong i = 0; i < count; i++)
        {
            uint word = (uint)attacker.Random.Next();
            // A branch within this program's own code would go on there.
            if ((word >> 26 & 7) == 5)
                word = (word & 0x03ff_ffff) | 0xd400_0000;
            code[0] = word;
            code[1] = Svc64;
            code[2] = Svc32;
            code[3] = SvcThumb;
            Memory.Clean((ulong)code, Words * sizeof(uint));
            attacker.Words[0] = Mode(ref attacker);
            attacker.Words[1] = (ulong)code;
            attacker.Words[2] = (0xfUL << 60) | (attacker.Random.Next() & 0xfff) | 0xdead_0000;
            attacker.Users++;
            // In case that the instruction leads anywhere.
            Probe.SetTimer(Kernel.Counter + Storms.Longest);
            Probe.SetTimerControl(1);
            attacker.Run(Probe.EnterUser);
            Probe.SetTimerControl(0);
        }
    }

    private static ulong Mode(ref Attacker attacker)
    {
        ulong random = attacker.Random.Next();
        return attacker.Random.Below(8) switch
        {
            0 => User32,
            1 => User32 | Thumb,
            2 => random & (FlagBits | User32 | Thumb),
            // EL2, EL3 and modes that don't exist: an illegal return, and the instruction is not run.
            3 => 0x9 | Masked,
            4 => 0xd,
            5 => 0x13 | (random & 0xc),
            _ => User64 | (random & FlagBits),
        };
    }
}

using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>Each call number with arguments at and beyond their bounds, by HVC and SMC; other calls, and instructions that trap.</summary>
internal static class CallAttack
{
    /// <summary>x0 to x4 are arguments and results; a call without a guest's fault changes no other.</summary>
    private const int Arguments = 5;

    private const ulong Unknown = 6, PsciSystemOff = 0x8400_0008, Psci = 0x8400_0000, Psci64 = 0xc400_0000, Convention = 0x8000_0000;

    /// <summary>Makes so many calls.</summary>
    public static void Go(ref Attacker attacker, ulong count)
    {
        for (int n = Arguments; n < ProbeWords.Count; n++)
            attacker.Words[n] = Tags.Word(Tags.Hostile, (ulong)n);
        for (ulong i = 0; i < count; i++)
        {
            for (int n = 1; n < Arguments; n++)
                attacker.Words[n] = attacker.Value();
            ulong way = attacker.Random.Below(16);
            ulong stub = way == 0 ? attacker.Random.Below(Stubs.CallCount()) : way < 3 ? Stubs.Smc : Stubs.Hvc;
            ulong function = Function(ref attacker);
            attacker.Words[0] = function;
            attacker.Calls++;
            Arm(ref attacker, function - Call.Base);
            attacker.Run(Stubs.Call(stub));
            for (int n = Arguments; n < ProbeWords.Count; n++)
            {
                if (attacker.Words[n] != Tags.Word(Tags.Hostile, (ulong)n))
                    Findings.Note(Findings.Changed, (ulong)n, function, attacker.Words[n]);
            }
        }
    }

    private static ulong Function(ref Attacker attacker)
    {
        ulong random = attacker.Random.Next();
        return attacker.Random.Below(12) switch
        {
            0 => Call.Uid,
            1 => Call.Revision,
            2 => PsciSystemOff + (random & 1),
            3 => Psci + (random & 0x7f),
            4 => Psci64 + (random & 0x7f),
            5 => Convention + random % 0x8000_0000,
            6 => attacker.Value(),
            _ => Call.Base + random % (Call.Count + Unknown),
        };
    }

    /// <summary>
    /// Arguments for the call. Only what would end this program's own run legitimately is kept from it: waiting has an end, and see
    /// <see cref="MayName"/>.
    /// </summary>
    private static unsafe void Arm(ref Attacker attacker, ulong number)
    {
        switch (number)
        {
            case Call.Wait:
                attacker.Words[1] = Kernel.Counter + attacker.Random.Below(Storms.Longest / 16);
                return;
            case Call.Notify or Call.Acknowledge or Call.Account or Call.Machine or (>= Call.Resume and <= Call.SetPriority):
                break;
            default:
                return;
        }

        ref readonly Manifest manifest = ref Self.Manifest;
        ulong own = manifest.Guest.VcpuSlot;
        ulong slot = attacker.Random.Below(2) == 0 ? own + attacker.Random.Below(manifest.VcpuCount) : attacker.Random.Below(Limits.Capabilities + 4);
        if (attacker.Random.Below(16) == 0)
            slot = attacker.Value();
        if (!MayName(ref attacker, number, slot - own))
            slot = Limits.Capabilities;
        attacker.Words[1] = slot;
        if (attacker.Random.Below(2) == 0)
            attacker.Words[2] = attacker.Random.Below(number is Call.ReadRegister or Call.WriteRegister ? Register.End + 4 : 10);
    }

    /// <summary>
    /// Whether the call may name a vCPU of this partition. Its own may be named in all; it can't stop itself. Now and then the first stops the
    /// second or starts it with any arguments; it goes on properly in the next round.
    /// </summary>
    private static bool MayName(ref Attacker attacker, ulong number, ulong target)
    {
        if (target > 1 || target == attacker.Vcpu)
            return true;
        if (number is not (Call.Stop or Call.Start))
            return number != Call.WriteVirtual;
        if (attacker.Vcpu != 0 || attacker.Random.Below(64) != 0)
            return false;
        attacker.Upset = true;
        return true;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Abi;
using Redoubt.PinPad.Interaction;

namespace Redoubt.Systems;

/// <summary>Attacks by Linux's kernel, which does what the attacker's module has it do.</summary>
public static class KernelAttacks
{
    /// <summary>
    /// While a person types in an entry, Linux's kernel makes all calls with all slots, accesses registers that are not a guest's, sends interrupts, and reads and
    /// writes memory that is not Linux's. The person goes on, and pays in the next entry.
    /// </summary>
    /// <exception cref="BreachException">Linux was granted something.</exception>
    public static void LoadModule(CompromisedPhone phone)
    {
        string module = phone.Install("attacker.ko", () => KernelModule.Build(phone, MemoryTargets.Foreign(phone)));
        phone.BeginEntry();
        string typed = MemoryAttacks.TypeDistinctive(phone);
        // It always ends with an error, so that it can be loaded again.
        phone.Linux.Run($"dmesg -c >/dev/null; insmod {module} 2>/dev/null; true");
        string said = phone.Linux.Run("dmesg | grep -o 'attacker: .*'");

        Match all = Regex.Match(said, "changed ([0-9a-f]+), open ([0-9a-f]+), reached ([0-9]+) from ([0-9a-f]+), refused ([0-9]+)");
        if (!all.Success || all.Groups[5].Value == "0")
            throw new InvalidOperationException($"the module has not done its work: {said}");
        IEnumerable<ulong> granted = Regex.Matches(said, "call ([0-9]+) granted").Select(match => ulong.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        if (granted.Except([Call.Discover, Call.Wait]).ToArray() is [ulong first, ..])
            throw new BreachException($"Linux's kernel is granted call {first}: {said}");
        if (all.Groups[1].Value != "0")
            throw new BreachException($"refused calls change registers of Linux's kernel: {said}");
        if (all.Groups[2].Value != "0")
            throw new BreachException($"Linux's kernel has registers that are no guest's: {said}");
        if (all.Groups[3].Value != "0")
            throw new BreachException($"Linux's kernel reaches memory that is not its own: {said}");

        phone.Display.Await(picture => Keypad.Dots(picture) == typed.Length, "the digits that were typed");
        MemoryAttacks.RequireNothingOfLinux(phone, phone.Memory(), typed);
        phone.Cancel();
        phone.Pay();
    }
}

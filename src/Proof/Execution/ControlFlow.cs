using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Execution;

/// <summary>
/// The control flow within one function: an order in which no instruction comes before one that leads to it, loops apart, and the loops.
/// It decides only in which order paths are followed and where they meet, never whether they are.
/// </summary>
public sealed class ControlFlow
{
    private readonly ElfProgram _program;
    private readonly ulong _start, _end;
    private readonly Dictionary<ulong, int> _order = [];
    private readonly Dictionary<ulong, int> _entries = [];
    private readonly Dictionary<ulong, HashSet<ulong>> _loops = [];

    /// <summary>Analyses the function at a symbol.</summary>
    public ControlFlow(ElfProgram program, Symbol function)
    {
        (_program, _start, _end) = (program, function.Address, program.EndOf(function));
        Dictionary<ulong, List<ulong>> before = [];
        HashSet<(ulong, ulong)> back = [];
        List<ulong> finished = [];
        // First the entry, then what no known branch leads to: an entry of its own.
        for (ulong address = _start; address < _end; address += 4)
        {
            Walk(address, before, back, finished);
        }

        for (int i = 0; i < finished.Count; i++)
        {
            _order[finished[i]] = finished.Count - i;
        }

        foreach ((ulong from, ulong head) in back)
        {
            Collect(from, head, before);
        }
    }

    /// <summary>Whether paths meet at an address.</summary>
    public bool IsJoin(ulong address) => _entries.GetValueOrDefault(address) > 1 || _loops.ContainsKey(address);

    /// <summary>Whether a loop starts at an address.</summary>
    public bool IsHead(ulong address) => _loops.ContainsKey(address);

    /// <summary>Whether a branch goes back to the head of a loop that it is in.</summary>
    public bool IsBack(ulong from, ulong head) => _loops.TryGetValue(head, out HashSet<ulong>? body) && body.Contains(from);

    /// <summary>Place of an address: for each loop around it the head's order and the iteration, then its own order.</summary>
    public IEnumerable<int> Place(ulong address, Func<ulong, int> iteration)
    {
        foreach (ulong head in _loops.Where(loop => loop.Value.Contains(address)).Select(loop => loop.Key).OrderBy(head => _order[head]))
        {
            yield return _order[head];
            yield return iteration(head);
        }

        yield return _order.GetValueOrDefault(address);
    }

    private void Walk(ulong start, Dictionary<ulong, List<ulong>> before, HashSet<(ulong, ulong)> back, List<ulong> finished)
    {
        HashSet<ulong> open = [];
        Stack<(ulong Address, Queue<ulong> Next)> stack = new();
        void Open(ulong address)
        {
            before.TryAdd(address, []);
            open.Add(address);
            stack.Push((address, new Queue<ulong>(Successors(address))));
        }

        if (before.ContainsKey(start))
            return;
        Open(start);
        while (stack.TryPeek(out (ulong Address, Queue<ulong> Next) top))
        {
            if (!top.Next.TryDequeue(out ulong next))
            {
                open.Remove(top.Address);
                finished.Add(top.Address);
                stack.Pop();
                continue;
            }

            bool known = before.ContainsKey(next);
            if (known && open.Contains(next))
                back.Add((top.Address, next));
            else if (!known)
                Open(next);
            before[next].Add(top.Address);
            _entries[next] = _entries.GetValueOrDefault(next) + 1;
        }
    }

    private void Collect(ulong from, ulong head, Dictionary<ulong, List<ulong>> before)
    {
        if (!_loops.TryGetValue(head, out HashSet<ulong>? body))
            _loops[head] = body = [head];
        Stack<ulong> open = new([from]);
        while (open.TryPop(out ulong address))
        {
            if (body.Add(address))
            {
                foreach (ulong earlier in before[address])
                {
                    open.Push(earlier);
                }
            }
        }
    }

    private List<ulong> Successors(ulong address)
    {
        if (_program.InstructionAt(address) is not { } word || Decoder.TryDecode(address, word) is not { } instruction)
            return [];
        List<ulong> all = instruction.Opcode switch
        {
            Opcode.Branch when !instruction.Flag => [instruction.Immediate],
            Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch => [address + 4, instruction.Immediate],
            Opcode.BranchRegister => Table(address),
            Opcode.Return or Opcode.ExceptionReturn or Opcode.Breakpoint => [],
            _ => [address + 4],
        };
        return all.Where(next => next >= _start && next < _end).ToList();
    }

    /// <summary>Targets of a jump table as the compiler writes it: two ADR before the branch name the table and what its words are added to.</summary>
    private List<ulong> Table(ulong branch)
    {
        List<ulong> named = [];
        for (ulong address = branch - 20; address < branch; address += 4)
        {
            if (_program.InstructionAt(address) is { } word && Decoder.TryDecode(address, word) is { Opcode: Opcode.Adr } adr)
                named.Add(adr.Immediate);
        }

        List<ulong> targets = [];
        if (named is [var table, var origin])
        {
            for (ulong entry = table; _program.ConstantAt(entry, 4) is { } offset; entry += 4)
            {
                ulong target = origin + offset;
                if (target < _start || target >= _end || targets.Count > 64)
                    break;
                targets.Add(target);
            }
        }

        return targets;
    }
}

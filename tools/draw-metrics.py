#!/usr/bin/env python3
# Long because: a judge is trusted when it is one file that anybody can run beside any picture.
"""Layout quality metrics from the SVG that a tool wrote.

  draw-metrics.py FILE.svg… [--tool auto|graphviz|d2|mmdr|generic] [--model NAME.json]… [--json] [--debug OUT.svg]

One --model is for all files, several are one for each file.

Reads drawn geometry only (never the tool's own layout data), so every tool is judged by what a reader sees.
  graphviz  g.node/g.edge/g.cluster groups with <title> (dot, graphviz-pure, diagrams)
  d2        groups whose class is base64 of the object or "(a -> b)[i]" key
  mmdr      edges by id "edge-N" in the order of the .mmd (needs --model), nodes by their text
  generic   what a new tool should write: <g class="node" data-id="..">, <g class="edge" data-from=".." data-to=".."> (label text
            inside it), <g class="cluster" data-id=".." data-parent="..">; the first path/polyline of an edge group is its route.

Text boxes: advance widths of DejaVu Sans (or the font embedded in the SVG), ascent .75 em, descent .2 em.
Curves are flattened (10 pieces each).  u below = the median side of the nodes' drawn boxes, so lengths are comparable between tools.

crossings      points where two routes properly cross, away (>2 px) from their own ends; edges of one node that are drawn as one
               forking line (they share > 5 px of it) do not cross each other
overlap_u      length, in u, where two routes of edges without a common end node run on top of each other (<1.5 px apart, parallel)
edge_node      (edge,node) pairs where a route runs through the drawn box (icon + label) of a node that is not its end
edge_text      (edge,text) pairs where a route runs through a node's or cluster's or another edge's text
own_text       (edge,end) pairs where the route strikes through the text of its own end node
label_label    pairs of texts whose boxes overlap by > 1 px both ways
label_node     edge labels on top of a node's icon/box
label_far      edge labels whose box is > 1 line height away from their own edge
nearest_wrong  edge labels that lie nearer to another edge (not sharing their text) than to their own
gap_med/max    distance from each route's ends to the drawn box of the node it should touch, px scaled to a 100-px icon
dangling       ends with gap > 10 (same scale): the reader sees an arrow that touches nothing
bends          sum over edges of |turn| / 90 degrees (a right angle =1, a spline's curve counts by its turning)
length_u       total route length in u;  mean_u per edge
cluster_bad    nodes drawn outside their own cluster or inside a foreign one, plus sibling clusters that overlap
edge_cluster   (edge,cluster) pairs where a route enters a cluster that holds neither end
backward       edges that end against the main direction (informative)
area_u2, aspect, ink  bounding box of everything drawn, in u^2; width/height; share of that box covered by node boxes
"""
import sys,re,json,math,base64,html,io,zlib,argparse,os,unicodedata
import xml.etree.ElementTree as ET
from statistics import median
NS='{http://www.w3.org/2000/svg}'; XL='{http://www.w3.org/1999/xlink}'
# ---------- text width
class Font:
    def __init__(s,path=None,data=None):
        from fontTools.ttLib import TTFont
        f=TTFont(io.BytesIO(data) if data else path,lazy=True); s.u=f['head'].unitsPerEm; s.h=f['hmtx'].metrics; s.c=f.getBestCmap()
    def w(s,t,fs): return sum(s.h[s.c[ord(ch)]][0] if ord(ch) in s.c else 0 if unicodedata.category(ch) in('Mn','Me','Cf') else s.u*.6 for ch in t)*fs/s.u   # marks and joiners stand on other characters
_dj=None
def dejavu():
    global _dj
    if _dj is None:
        for p in ('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',):
            try: _dj=Font(p)
            except Exception: pass
        if _dj is None:
            class F: w=staticmethod(lambda t,fs: .56*fs*len(t))
            _dj=F()
    return _dj
# ---------- geometry
def mul(a,b): return (a[0]*b[0]+a[2]*b[1],a[1]*b[0]+a[3]*b[1],a[0]*b[2]+a[2]*b[3],a[1]*b[2]+a[3]*b[3],a[0]*b[4]+a[2]*b[5]+a[4],a[1]*b[4]+a[3]*b[5]+a[5])
def ap(m,p): return (m[0]*p[0]+m[2]*p[1]+m[4],m[1]*p[0]+m[3]*p[1]+m[5])
def transform(s):
    m=(1,0,0,1,0,0)
    for k,v in re.findall(r'(\w+)\s*\(([^)]*)\)',s or ''):
        a=[float(x) for x in re.findall(r'-?[\d.]+(?:e-?\d+)?',v)]
        if k=='translate': t=(1,0,0,1,a[0],a[1] if len(a)>1 else 0)
        elif k=='scale': t=(a[0],0,0,a[1] if len(a)>1 else a[0],0,0)
        elif k=='matrix': t=tuple(a)
        elif k=='rotate':
            c,n=math.cos(math.radians(a[0])),math.sin(math.radians(a[0])); t=(c,n,-n,c,0,0)
            if len(a)==3: t=mul(mul((1,0,0,1,a[1],a[2]),t),(1,0,0,1,-a[1],-a[2]))
        else: t=(1,0,0,1,0,0)
        m=mul(m,t)
    return m
def flat(d):
    """path data -> list of polylines"""
    tok=re.findall(r'[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?',d); i=0; subs=[]; cur=None; p=(0,0); st=p; lc=None; cmd=None
    def num():
        nonlocal i; v=float(tok[i]); i+=1; return v
    while i<len(tok):
        if tok[i].isalpha(): cmd=tok[i]; i+=1
        r=cmd.islower(); C=cmd.upper(); off=p if r else (0,0); pt=lambda: (num()+off[0],num()+off[1])
        if C=='M': p=pt(); st=p; cur=[p]; subs.append(cur); cmd='l' if r else 'L'; lc=None
        elif C=='L': p=pt(); cur.append(p); lc=None
        elif C=='H': p=(num()+off[0],p[1]); cur.append(p); lc=None
        elif C=='V': p=(p[0],num()+off[1]); cur.append(p); lc=None
        elif C in 'CS':
            if C=='C': a=pt()
            else: a=(2*p[0]-lc[0],2*p[1]-lc[1]) if lc else p
            b=pt(); e=pt()
            for k in range(1,11):
                t=k/10; u=1-t; cur.append(tuple(u**3*p[j]+3*u*u*t*a[j]+3*u*t*t*b[j]+t**3*e[j] for j in (0,1)))
            p=e; lc=b
        elif C in 'QT':
            a=pt() if C=='Q' else ((2*p[0]-lc[0],2*p[1]-lc[1]) if lc else p); e=pt()
            for k in range(1,11):
                t=k/10; u=1-t; cur.append(tuple(u*u*p[j]+2*u*t*a[j]+t*t*e[j] for j in (0,1)))
            p=e; lc=a
        elif C=='A': [num() for _ in range(5)]; p=pt(); cur.append(p); lc=None
        elif C=='Z':
            cur.append(st); p=st; lc=None
            if i<len(tok) and not tok[i].isalpha(): break
        else: break
    return subs
class Box(list):
    @staticmethod
    def of(pts): xs=[p[0] for p in pts]; ys=[p[1] for p in pts]; return Box([min(xs),min(ys),max(xs),max(ys)])
    def u(s,o): return Box([min(s[0],o[0]),min(s[1],o[1]),max(s[2],o[2]),max(s[3],o[3])]) if o else s
    def grow(s,k): return Box([s[0]-k,s[1]-k,s[2]+k,s[3]+k])
    def inter(s,o,eps=1): return min(s[2],o[2])-max(s[0],o[0])>eps and min(s[3],o[3])-max(s[1],o[1])>eps
    def has(s,p): return s[0]<=p[0]<=s[2] and s[1]<=p[1]<=s[3]
    def dist(s,p): return math.hypot(max(s[0]-p[0],0,p[0]-s[2]),max(s[1]-p[1],0,p[1]-s[3]))
    def contains(s,o,eps=1): return s[0]-eps<=o[0] and s[1]-eps<=o[1] and s[2]+eps>=o[2] and s[3]+eps>=o[3]
    @property
    def w(s): return s[2]-s[0]
    @property
    def h(s): return s[3]-s[1]
def uni(bs):
    r=None
    for b in bs: r=b.u(r) if b else r
    return r
def beside(a,b,B,k):
    """whether a-b lies, as a whole, more than k to one side of B"""
    return a[0]<B[0]-k and b[0]<B[0]-k or a[0]>B[2]+k and b[0]>B[2]+k or a[1]<B[1]-k and b[1]<B[1]-k or a[1]>B[3]+k and b[1]>B[3]+k
def clip(a,b,B):
    """length of segment a-b inside box B"""
    dx,dy=b[0]-a[0],b[1]-a[1]; t0,t1=0.,1.
    for p,q in ((-dx,a[0]-B[0]),(dx,B[2]-a[0]),(-dy,a[1]-B[1]),(dy,B[3]-a[1])):
        if abs(p)<1e-9:
            if q<0: return 0
        else:
            r=q/p
            if p<0: t0=max(t0,r)
            else: t1=min(t1,r)
    return max(0,t1-t0)*math.hypot(dx,dy)
def segdist(p,a,b):
    dx,dy=b[0]-a[0],b[1]-a[1]; L=dx*dx+dy*dy; t=0 if L==0 else max(0,min(1,((p[0]-a[0])*dx+(p[1]-a[1])*dy)/L)); return math.hypot(p[0]-a[0]-t*dx,p[1]-a[1]-t*dy)
def polydist_box(pts,B,best=1e18):
    """how near a route comes to a box, and best where it comes no nearer than that"""
    for a,b in zip(pts,pts[1:]):
        if beside(a,b,B,best+1e-6): continue
        if clip(a,b,B)>0 or B.has(a): return 0
        best=min(best,B.dist(a),B.dist(b),*(segdist(c,a,b) for c in ((B[0],B[1]),(B[2],B[1]),(B[0],B[3]),(B[2],B[3]))))
    return best
def clean(pts):
    out=[]
    for p in pts:
        if not out or math.hypot(p[0]-out[-1][0],p[1]-out[-1][1])>.05: out.append(p)
    return out
def style(el,k):
    v=el.get(k)
    m=re.search(r'(?:^|;)\s*'+k+r'\s*:\s*([^;]+)',el.get('style') or '')
    return m.group(1) if m else v
def fsize(el,inh=14):
    v=style(el,'font-size')
    if v is None: return inh
    m=re.match(r'[\d.]+',v); return float(m.group()) if m else inh
def text_boxes(el,m,font,fs=14,anchor=None):
    fs=fsize(el,fs); anchor=style(el,'text-anchor') or anchor or 'start'; out=[]; base=(style(el,'dominant-baseline') or '')
    def one(x,y,t):
        t=t.strip()
        if not t: return
        w=font.w(t,fs); x0=x-(w/2 if anchor=='middle' else w if anchor=='end' else 0); dy=fs*.3 if base in('middle','central') else 0
        a=ap(m,(x0,y-fs*.75+dy)); b=ap(m,(x0+w,y+fs*.2+dy)); out.append((Box.of([a,b]),t,fs))
    x=float(el.get('x') or 0); y=float(el.get('y') or 0); ts=[c for c in el if c.tag==NS+'tspan']
    if ts:
        for c in ts:
            x=float(c.get('x') or x); dy=c.get('dy'); yv=c.get('y')
            if yv: y=float(yv)
            if dy: y+=float(re.match(r'-?[\d.]+',dy).group())*(fs if dy.endswith('em') else 1)
            one(x,y,''.join(c.itertext()))
    else: one(x,y,''.join(el.itertext()))
    return out
def shapes(el,m,font,skip=()):
    """-> list of (kind, geometry) of everything drawn below el"""
    out=[]
    def rec(e,m):
        if e.tag in (NS+'defs',NS+'marker',NS+'style',NS+'title',NS+'mask',NS+'clipPath',NS+'symbol'): return
        m=mul(m,transform(e.get('transform'))) if e.get('transform') else m; t=e.tag.replace(NS,'')
        f=lambda k:float(re.match(r'-?[\d.eE-]+',e.get(k) or '0').group())
        if t in('rect','image','use','foreignObject'):
            x,y,w,h=f('x'),f('y'),f('width'),f('height')
            if w and h:
                vis=not(style(e,'fill') in('none','transparent') and style(e,'stroke') in(None,'none','transparent')) and style(e,'stroke-opacity')!='0.00'
                out.append(('image' if t in('image','use') else 'rect',Box.of([ap(m,p) for p in((x,y),(x+w,y),(x,y+h),(x+w,y+h))]),e))
        elif t in('circle','ellipse'):
            rx=f('r') or f('rx'); ry=f('r') or f('ry'); cx,cy=f('cx'),f('cy'); out.append(('rect',Box.of([ap(m,p) for p in((cx-rx,cy-ry),(cx+rx,cy+ry),(cx-rx,cy+ry),(cx+rx,cy-ry))]),e))
        elif t=='path':
            for s in flat(e.get('d') or ''): out.append(('path',[ap(m,p) for p in s],e))
        elif t in('polyline','polygon'):
            v=[float(x) for x in re.findall(r'-?[\d.]+(?:e-?\d+)?',e.get('points') or '')]; out.append((t,[ap(m,p) for p in zip(v[::2],v[1::2])],e))
        elif t=='line': out.append(('path',[ap(m,(f('x1'),f('y1'))),ap(m,(f('x2'),f('y2')))],e))
        elif t=='text':
            for b in text_boxes(e,m,font): out.append(('text',b,e))
        else:
            for c in e: rec(c,m)
    rec(el,m); return out
# ---------- readers -> dict(nodes={id:{box,parts,texts}},edges=[{s,t,pts,texts}],clusters={id:{box,texts,parent}},texts=[])
def read_grouped(root,font,kind):
    G=dict(nodes={},edges=[],clusters={},misc=[])
    def rec(e,m):
        if e.tag in (NS+'defs',NS+'marker',NS+'style',NS+'mask'): return
        if e.get('transform'): m=mul(m,transform(e.get('transform')))
        cl=(e.get('class') or '').split()
        if e.tag==NS+'g' and ({'node','edge','cluster'}&set(cl)):
            sh=[]
            for c in e: sh+=shapes(c,m,font)
            tt=e.find(NS+'title'); title=tt.text if tt is not None else None
            if e.find(NS+'g') is not None and title is None:
                t2=e.find('.//'+NS+'title')
            texts=[g for k,g,_ in sh if k=='text']
            if 'node' in cl:
                boxes=[g for k,g,_ in sh if k in('rect','image')]+[Box.of(g) for k,g,x in sh if k in('path','polygon','polyline') and len(g)>1 and (style(x,'stroke') not in('none','transparent',None) or style(x,'fill') not in('none','transparent'))]
                if not boxes and not texts: return
                G['nodes'][e.get('data-id') or title]=dict(parts=boxes,texts=texts,box=uni(boxes+[t[0] for t in texts]))
            elif 'cluster' in cl:
                boxes=[g for k,g,_ in sh if k=='rect']+[Box.of(g) for k,g,_ in sh if k in('path','polygon') and len(g)>2]
                G['clusters'][e.get('data-id') or title]=dict(box=uni(boxes[:1]),texts=texts,parent=e.get('data-parent'))
            else:
                ps=[g for k,g,_ in sh if k in('path',)] or [g for k,g,_ in sh if k=='polyline']; polys=[g for k,g,_ in sh if k=='polygon']
                if not ps: return
                pts=clean(ps[0])
                for pg in polys:   # arrowhead: its farthest point from the path's near end is the tip
                    c=(sum(p[0] for p in pg)/len(pg),sum(p[1] for p in pg)/len(pg)); head=math.hypot(c[0]-pts[-1][0],c[1]-pts[-1][1])<=math.hypot(c[0]-pts[0][0],c[1]-pts[0][1])
                    en=pts[-1] if head else pts[0]; tip=max(pg,key=lambda p:math.hypot(p[0]-en[0],p[1]-en[1]))
                    if math.hypot(tip[0]-en[0],tip[1]-en[1])<25 and kind=='graphviz': pts=pts+[tip] if head else [tip]+pts
                s,t=e.get('data-from'),e.get('data-to')
                if s is None and title:
                    mm=re.match(r'(.*?)(?:->|--)(.*)$',title,re.S); s,t=mm.group(1),mm.group(2)
                    s,t=s.split(':')[0],t.split(':')[0]
                G['edges'].append(dict(s=s,t=t,pts=pts,texts=texts))
            return
        if e.tag==NS+'text': G['misc']+=text_boxes(e,m,font); return
        for c in e: rec(c,m)
    rec(root,(1,0,0,1,0,0)); return G
def read_d2(root,font):
    G=dict(nodes={},edges=[],clusters={},misc=[]); items=[]
    svg=root if root.find(NS+'svg') is None else root.find(NS+'svg')
    def rec(e,m):
        for g in e:
            if g.tag!=NS+'g': continue
            c=(g.get('class') or '').split(' ')[0]
            try: key=html.unescape(base64.b64decode(c,validate=True).decode('utf8')) if c else ''
            except Exception: key=''
            if key and (g.find(NS+'g[@class="shape"]') is not None or key.startswith('(') or '(' in key): items.append((key,g,m))
            else: rec(g,m)
    rec(svg,(1,0,0,1,0,0)); objs={}
    for key,g,m in items:
        sh=shapes(g,m,font); texts=[x for k,x,_ in sh if k=='text']
        mm=re.match(r'^(.*?)\((.*?)\s*(?:->|--|<-|<->)\s*(.*?)\)\[\d+\]$',key)
        if mm:
            pre=mm.group(1); ps=[x for k,x,e in sh if k=='path']
            if ps: G['edges'].append(dict(s=pre+mm.group(2),t=pre+mm.group(3),pts=clean(ps[0]),texts=texts))
        else: objs[key]=(sh,texts)
    for k,(sh,texts) in objs.items():
        boxes=[x for q,x,_ in sh if q in('rect','image')]+[Box.of(x) for q,x,_ in sh if q=='path' and len(x)>2]
        par=k.rsplit('.',1)[0] if '.' in k else None
        if any(o.startswith(k+'.') for o in objs): G['clusters'][k]=dict(box=uni(boxes[:1]),texts=texts,parent=par)
        else: G['nodes'][k]=dict(parts=boxes,texts=texts,box=uni(boxes+[t[0] for t in texts]),cluster=par)
    # shared prefix of an edge inside one container: keys are absolute already in D2 >= 0.6
    return G
def read_mmdr(root,font,model,side=None):
    """side: mmdr --dumpLayout JSON, used only to name the drawn boxes when labels are not unique"""
    G=dict(nodes={},edges=[],clusters={},misc=[]); E={}; rects=[]; texts=[]
    for k,g,e in shapes(root,(1,0,0,1,0,0),font):
        eid=e.get('data-edge-id') or ''
        if k=='path' and 'edgePath' in (e.get('class') or ''): E.setdefault(int(eid[5:]),dict(pts=clean(g),texts=[]))
        elif k in('rect','polygon') and not eid: rects.append((g if k=='rect' else Box.of(g),e))
    par={c:p for p in root.iter() for c in p}
    for e in root.iter(NS+'text'):
        p=par.get(e); tb=text_boxes(e,(1,0,0,1,0,0),font)
        if p is not None and 'edgeLabel' in (p.get('class') or ''): E[int(p.get('data-edge-id')[5:])]['texts']+=tb
        else: texts.append((e,tb))
    byl={}; norm=lambda s:re.sub(r'\W+','',s)
    for n in model['nodes']: byl.setdefault(norm(n['label']),[]).append(n)
    byc={norm(c['label']):c for c in model['clusters']}
    rects=[r for r in rects if r[0].w>12]
    bg=max((r[0].w*r[0].h for r in rects),default=0); rects=[r for r in rects if not(r[1].get('fill')=='#FFFFFF' and r[1].get('x')=='0')]
    used=set()
    for e,tb in texts:
        if not tb: continue
        key=norm(''.join(t[1] for t in tb)); b=uni([t[0] for t in tb]); c=((b[0]+b[2])/2,(b[1]+b[3])/2)
        cand=sorted((r[0].w*r[0].h,i) for i,r in enumerate(rects) if r[0].grow(1).has(c))
        if not cand: G['misc']+=tb; continue
        i=cand[0][1]; iscl=(rects[i][1].get('fill') or '').upper()=='#FFFFDE'
        if iscl and key in byc: cc=byc[key]; G['clusters'][cc['id']]=dict(box=rects[i][0],texts=tb,parent=cc['parent'])
        elif key in byl and byl[key]:
            if side:
                b0=rects[i][0]; ids={q['id'] for q in side['nodes'] if abs(q['x']-b0[0])<3 and abs(q['y']-b0[1])<3}; hit=[q for q in byl[key] if q['id'] in ids]
                n=hit[0] if hit else byl[key][0]; byl[key].remove(n)
            else: n=byl[key].pop(0)
            G['nodes'][n['id']]=dict(parts=[rects[i][0]],texts=tb,box=rects[i][0].u(b),cluster=n['cluster']); used.add(i)
        else: G['misc']+=tb
    # nodes without text (an invisible hub): rects with node colours that nothing claimed
    rest=[r[0] for i,r in enumerate(rects) if i not in used and (r[1].get('fill') or '').upper()=='#ECECFF']
    for n in model['nodes']:
        if n['id'] not in G['nodes'] and rest: b=rest.pop(0); G['nodes'][n['id']]=dict(parts=[b],texts=[],box=b,cluster=n['cluster'])
    for i,e in sorted(E.items()):
        if i<len(model['edges']): G['edges'].append(dict(s=model['edges'][i]['s'],t=model['edges'][i]['t'],**e))
    return G
def embedded_font(src):
    best=None
    for m in re.finditer(r'data:(?:application/font-woff2?|application/x-font-ttf|font/(?:woff2?|ttf|otf));base64,([A-Za-z0-9+/=]+)',src):
        try:
            f=Font(data=base64.b64decode(m.group(1)))
            if best is None: best=f
        except Exception: pass
    return best
def load(path,tool='auto',model=None):
    src=open(path,encoding='utf8').read(); root=ET.fromstring(src.encode())
    if tool=='auto': tool='d2' if 'data-d2-version' in src[:3000] else 'mmdr' if 'class="edgePath"' in src else 'graphviz' if 'class="graph"' in src else 'generic'
    font=(embedded_font(src) if tool in('d2','generic') else None) or dejavu()
    if tool=='d2':
        dj=dejavu(); f0=font
        class F:
            @staticmethod
            def w(t,fs): return sum((f0.h[f0.c[ord(c)]][0]/f0.u if ord(c) in f0.c else .52) for c in t)*fs
        G=read_d2(root,F if hasattr(f0,'h') else dj)
    elif tool=='mmdr':
        sp=path.replace('.svg','.layout.json'); G=read_mmdr(root,font,model,json.load(open(sp)) if os.path.exists(sp) else None)
    else: G=read_grouped(root,font,tool)
    G['tool']=tool; return G
def membership(G,model):
    """cluster of each node: from the model when ids agree, else from D2 keys, else by smallest box that holds its centre"""
    par={k:c.get('parent') for k,c in G['clusters'].items()}
    if model:
        ncl={n['id']:n['cluster'] for n in model['nodes']}; cpar={c['id']:c['parent'] for c in model['clusters']}
        strip=lambda k:k[8:] if k.startswith('cluster_') else k.rsplit('.',1)[-1]
        cid={strip(k):k for k in G['clusters']}; nid=lambda k:k.rsplit('.',1)[-1]
        if all(nid(k) in ncl for k in G['nodes']):
            return {k:cid.get(ncl[nid(k)]) for k in G['nodes']},{k:cid.get(cpar.get(strip(k))) for k in G['clusters']}
        byl={}
        for n in model['nodes']: byl.setdefault(re.sub(r'\W+','',n['label']),n)
        cbl={re.sub(r'\W+','',c['label']):c['id'] for c in model['clusters']}; kc={}
        for k in G['clusters']:
            t=re.sub(r'\W+','',''.join(x[1] for x in G['clusters'][k]['texts'])); kc[cbl.get(t)]=k
        m={}
        for k,n in G['nodes'].items():
            t=re.sub(r'\W+','',''.join(x[1] for x in n['texts'])); m[k]=kc.get(byl[t]['cluster']) if t in byl else None
        return m,{k:kc.get(next((c['parent'] for c in model['clusters'] if kc.get(c['id'])==k),None)) for k in G['clusters']}
    m={}
    for k,n in G['nodes'].items():
        if 'cluster' in n: m[k]=n['cluster']; continue
        b=n['box']; c=((b[0]+b[2])/2,(b[1]+b[3])/2); cand=[(x['box'].w*x['box'].h,q) for q,x in G['clusters'].items() if x['box'] and x['box'].has(c)]
        m[k]=min(cand)[1] if cand else None
    return m,par
class Near:
    """boxes in a grid: which of them a route may come near, so that not every pair is tried; it never leaves out one that a route touches"""
    def __init__(s,boxes,cell):
        s.cell=cell; s.grid={}; s.boxes=boxes
        for k,b in enumerate(boxes):
            for c in s.cells(b.grow(2)): s.grid.setdefault(c,[]).append(k)
    def cells(s,b):
        for x in range(int(b[0]//s.cell),int(b[2]//s.cell)+1):
            for y in range(int(b[1]//s.cell),int(b[3]//s.cell)+1): yield (x,y)
    def around(s,b):
        found=set()
        for c in s.cells(b.grow(2)): found.update(s.grid.get(c,()))
        return sorted(found)
    def along(s,pts):
        found=set()
        for a,b in zip(pts,pts[1:]):
            n=max(1,int(math.hypot(b[0]-a[0],b[1]-a[1])/s.cell))
            for j in range(n):
                p,q=(tuple(a[k]+(b[k]-a[k])*(j+d)/n for k in (0,1)) for d in (0,1))
                for c in s.cells(Box.of([p,q]).grow(2)): found.update(s.grid.get(c,()))
        return sorted(found)
def metrics(G,model=None):
    N,E,C=G['nodes'],G['edges'],G['clusters']; R={}
    sides=[max(p.w for p in n['parts']) if n['parts'] else n['box'].w for n in N.values()]
    imgs=[min(max(p.w for p in n['parts']),max(p.h for p in n['parts'])) for n in N.values() if n['parts']]
    u=median([math.sqrt(n['box'].w*n['box'].h) for n in N.values()]); icon=median(imgs) if imgs else u
    R.update(nodes=len(N),edges=len(E),clusters=len(C),u=round(u,1))
    # crossings + overlaps, grid-bucketed
    segs=[]
    for i,e in enumerate(E):
        for a,b in zip(e['pts'],e['pts'][1:]):
            if math.hypot(a[0]-b[0],a[1]-b[1])>1e-6: segs.append((i,a,b))
    cell=max(u,30); grid={}
    def cells(B):
        for x in range(int(B[0]//cell),int(B[2]//cell)+1):
            for y in range(int(B[1]//cell),int(B[3]//cell)+1): yield (x,y)
    for k,(i,a,b) in enumerate(segs):
        L=math.hypot(b[0]-a[0],b[1]-a[1]); n=max(1,int(L/cell))
        seen=set()
        for j in range(n):
            p=(a[0]+(b[0]-a[0])*j/n,a[1]+(b[1]-a[1])*j/n); q=(a[0]+(b[0]-a[0])*(j+1)/n,a[1]+(b[1]-a[1])*(j+1)/n)
            for c in cells(Box.of([p,q]).grow(2)):
                if c not in seen: seen.add(c); grid.setdefault(c,[]).append(k)
    pairs=set()
    for v in grid.values():
        for x in range(len(v)):
            for y in range(x+1,len(v)):
                if segs[v[x]][0]!=segs[v[y]][0]: pairs.add((v[x],v[y]) if v[x]<v[y] else (v[y],v[x]))
    cross=0; over=0; over_shared=0; pts_cross={}; bundled={}
    for x,y in pairs:
        i,a,b=segs[x]; j,c,d=segs[y]; r=(b[0]-a[0],b[1]-a[1]); s=(d[0]-c[0],d[1]-c[1]); den=r[0]*s[1]-r[1]*s[0]; lr=math.hypot(*r); ls=math.hypot(*s)
        if abs(den)<.02*lr*ls:
            t=lambda p:((p[0]-a[0])*r[0]+(p[1]-a[1])*r[1])/lr
            dd=abs((c[0]-a[0])*r[1]-(c[1]-a[1])*r[0])/lr
            if dd<1.5:
                lo,hi=sorted((t(c),t(d))); o=min(hi,lr)-max(lo,0)
                if o>2:
                    if {E[i]['s'],E[i]['t']}&{E[j]['s'],E[j]['t']}: over_shared+=o; bundled[(min(i,j),max(i,j))]=bundled.get((min(i,j),max(i,j)),0)+o
                    else: over+=o
            continue
        t=((c[0]-a[0])*s[1]-(c[1]-a[1])*s[0])/den; w=((c[0]-a[0])*r[1]-(c[1]-a[1])*r[0])/den
        if -1e-9<=t<=1+1e-9 and -1e-9<=w<=1+1e-9:
            P=(a[0]+t*r[0],a[1]+t*r[1])
            if all(math.hypot(P[0]-q[0],P[1]-q[1])>2 for q in(E[i]['pts'][0],E[i]['pts'][-1],E[j]['pts'][0],E[j]['pts'][-1])):
                pts_cross.setdefault((min(i,j),max(i,j)),[]).append(P)
    for k,ps in pts_cross.items():
        if bundled.get(k,0)>5: continue   # two edges of one node drawn as one line that forks: the fork is no crossing
        got=[]
        for p in ps:
            if all(math.hypot(p[0]-q[0],p[1]-q[1])>3 for q in got): got.append(p)
        cross+=len(got)
    R['crossings']=cross; R['overlap_u']=round(over/u,1); R['bundle_u']=round(over_shared/u,1)
    # edges through nodes / texts
    def through(e,B): return sum(clip(a,b,B) for a,b in zip(e['pts'],e['pts'][1:]) if not beside(a,b,B,0))
    en=0; et=0; nodes=list(N.items()); nearnodes=Near([n['box'] for _,n in nodes],cell)
    for e in E:
        eb=Box.of(e['pts'])
        for q in nearnodes.along(e['pts']):
            k,n=nodes[q]
            if k in(e['s'],e['t']): continue
            if n['parts'] or n['texts']:
                if eb.grow(1).inter(n['box'],-1) and any(through(e,b.grow(-1.5))>2 for b in n['parts']+[t[0] for t in n['texts']] if b.w>3 and b.h>3): en+=1
    R['edge_node']=en
    alltext=[('n',k,b,s) for k,n in N.items() for b,s,_ in n['texts']]+[('c',k,b,s) for k,c in C.items() for b,s,_ in c['texts']]+[('e',i,b,s) for i,e in enumerate(E) for b,s,_ in e['texts']]+[('m',i,b,s) for i,(b,s,_) in enumerate(G['misc'])]
    neartexts=Near([t[2] for t in alltext],cell)
    for i,e in enumerate(E):
        eb=Box.of(e['pts'])
        for q in neartexts.along(e['pts']):
            kind,k,b,s=alltext[q]
            if kind=='e' and k==i or kind=='n' and k in(e['s'],e['t']): continue
            if eb.inter(b,-1) and through(e,b.grow(-1.5))>2: et+=1
    R['edge_text']=et
    R['own_text']=sum(1 for e in E for k in {e['s'],e['t']} if k in N and sum(through(e,b.grow(-1.5)) for b,_,_ in N[k]['texts'])>4)
    ll=0
    sweep=sorted(alltext,key=lambda t:t[2][0])   # by their left sides: none behind the right side of one can overlap it
    for x,one in enumerate(sweep):
        for other in sweep[x+1:]:
            if other[2][0]>=one[2][2]: break
            if one[:2]!=other[:2] and one[2].inter(other[2]): ll+=1
    R['label_label']=ll
    own=0
    parts=[p for n in N.values() for p in n['parts']]; nearparts=Near(parts,cell)
    for e in E:
        for b,s,_ in e['texts']: own+=any(b.inter(parts[q]) for q in nearparts.around(b))
    R['label_node']=own
    far=wrong=lab=0; fars=[]; bounds=[(f,Box.of(f['pts'])) for f in E]
    apart=lambda a,b:math.hypot(max(a[0]-b[2],0,b[0]-a[2]),max(a[1]-b[3],0,b[1]-a[3]))   # no route is nearer than the box around it
    for i,e in enumerate(E):
        if not e['texts']: continue
        lab+=1; B=uni([t[0] for t in e['texts']]); fs=e['texts'][0][2]; d=polydist_box(e['pts'],B); fars.append(d/fs)
        if d>1.2*fs: far+=1
        lt=e['texts'][0][1]
        if d>2 and any(polydist_box(f['pts'],B,d-2)<d-2 for f,fb in bounds if apart(fb,B)<d and f is not e and not(f['texts'] and f['texts'][0][1]==lt and ({f['s'],f['t']}&{e['s'],e['t']}))): wrong+=1
    R['labels']=lab; R['label_far']=far; R['nearest_wrong']=wrong; R['label_dist_max']=round(max(fars),1) if fars else 0
    # gaps
    gaps=[]
    for e in E:
        for k,p in((e['s'],e['pts'][0]),(e['t'],e['pts'][-1])):
            n=N.get(k)
            if n is None: gaps.append(999/100*icon if k not in C else 0); continue
            bb=n['parts']+[t[0] for t in n['texts']]
            gaps.append(min(b.dist(p) for b in bb) if bb else icon)
    g100=[g/icon*100 for g in gaps]
    R['gap_med']=round(median(g100),1) if g100 else 0; R['gap_max']=round(max(g100),1) if g100 else 0; R['dangling']=sum(g>10 for g in g100)
    # bends, length
    bends=0; length=0; lens=[]
    for e in E:
        ps=e['pts']; L=sum(math.hypot(b[0]-a[0],b[1]-a[1]) for a,b in zip(ps,ps[1:])); length+=L; lens.append(L); turn=0; last=None
        for a,b in zip(ps,ps[1:]):
            if math.hypot(b[0]-a[0],b[1]-a[1])<.3: continue
            th=math.atan2(b[1]-a[1],b[0]-a[0])
            if last is not None: turn+=abs((th-last+math.pi)%(2*math.pi)-math.pi)
            last=th
        bends+=turn/(math.pi/2)
    R['bends']=round(bends,1); R['length_u']=round(length/u,1); R['mean_u']=round(length/u/max(1,len(E)),2)
    # clusters
    mem,cpar=membership(G,model); bad=0
    def anc(c):
        out=[]
        while c: out.append(c); c=cpar.get(c)
        return out
    for k,n in N.items():
        A=set(anc(mem.get(k))); cb=uni(n['parts']) or n['box']; cc=((cb[0]+cb[2])/2,(cb[1]+cb[3])/2)
        for q,c in C.items():
            if not c['box']: continue
            if q in A: bad+=not c['box'].contains(cb,3)
            else: bad+=c['box'].has(cc)
    ks=list(C)
    for x in range(len(ks)):
        for y in range(x+1,len(ks)):
            if C[ks[x]]['box'] and C[ks[y]]['box'] and ks[x] not in anc(ks[y]) and ks[y] not in anc(ks[x]) and C[ks[x]]['box'].inter(C[ks[y]]['box']): bad+=1
    R['cluster_bad']=bad; ec=0
    for e in E:
        A=set(); eb=Box.of(e['pts'])
        for k in (e['s'],e['t']): A|=set(anc(k if k in C and k not in N else mem.get(k)))   # an edge may end at a cluster
        for q,c in C.items():
            if q not in A and c['box'] and eb.inter(c['box'],0) and through(e,c['box'].grow(-2))>3: ec+=1
    R['edge_cluster']=ec
    allb=[n['box'] for n in N.values()]+[c['box'] for c in C.values() if c['box']]+[t[2] for t in alltext]+[Box.of(e['pts']) for e in E]
    B=uni(allb); R['area_u2']=round(B.w*B.h/u/u,1); R['aspect']=round(B.w/B.h,2); R['ink']=round(sum(n['box'].w*n['box'].h for n in N.values())/(B.w*B.h),3)
    R['w']=round(B.w); R['h']=round(B.h)
    return R
def hide_blank(G,model):
    """an invisible hub (diagrams' Blank icon) has no drawn box: only its text, if any, counts"""
    if not model or G['tool'] not in('graphviz','d2'): return
    bl={n['id'] for n in model['nodes'] if n['icon']=='blank'}; bt={re.sub(r'\W+','',n['label']) for n in model['nodes'] if n['icon']=='blank'}
    for k,n in G['nodes'].items():
        if k.rsplit('.',1)[-1] in bl or (len(k)==32 and re.sub(r'\W+','',''.join(t[1] for t in n['texts'])) in bt): n['parts']=[]
def debug(G,path):
    B=uni([n['box'] for n in G['nodes'].values()]+[Box.of(e['pts']) for e in G['edges']]).grow(60); o=[f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{B[0]} {B[1]} {B.w} {B.h}"><rect x="{B[0]}" y="{B[1]}" width="{B.w}" height="{B.h}" fill="white"/>']
    r=lambda b,c:f'<rect x="{b[0]:.1f}" y="{b[1]:.1f}" width="{b.w:.1f}" height="{b.h:.1f}" fill="none" stroke="{c}"/>'
    for c in G['clusters'].values():
        if c['box']: o.append(r(c['box'],'#88f')); o+=[r(t[0],'#88f') for t in c['texts']]
    for n in G['nodes'].values(): o+=[r(p,'green') for p in n['parts']]+[r(t[0],'orange') for t in n['texts']]
    for e in G['edges']: o.append('<polyline fill="none" stroke="red" points="'+' '.join(f'{x:.1f},{y:.1f}' for x,y in e['pts'])+'"/>'); o+=[r(t[0],'magenta') for t in e['texts']]
    open(path,'w').write('\n'.join(o)+'</svg>')
if __name__=='__main__':
    a=argparse.ArgumentParser(); a.add_argument('svg',nargs='+'); a.add_argument('--tool',default='auto'); a.add_argument('--model',action='append',default=[]); a.add_argument('--json',action='store_true'); a.add_argument('--debug'); a=a.parse_args()
    if len(a.model) not in(0,1,len(a.svg)): sys.exit(f'{len(a.model)} models for {len(a.svg)} pictures')
    models=[json.load(open(m,encoding='utf8')) for m in a.model] or [None]
    for k,f in enumerate(a.svg):
        model=models[k%len(models)]
        G=load(f,a.tool,model); hide_blank(G,model); R=metrics(G,model)
        if a.debug: debug(G,a.debug)
        print(json.dumps(R) if a.json else f+'\n  '+'  '.join(f'{k}={v}' for k,v in R.items()))
